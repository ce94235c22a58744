"""Actor: who is acting now, so that whatever is written can be put down to somebody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who acts: a user's name or the name of a job, and the import in whose name rows are written, if any."""

    name: str = ""
    import_id: int | None = None


NOBODY = Actor()

_CURRENT: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current() -> Actor:
    """Return who is acting; nobody outside `acting`.

    >>> current().name
    ''
    """
    return _CURRENT.get()


@contextmanager
def acting(name: str, *, import_id: int | None = None) -> Iterator[Actor]:
    """Act as somebody for as long as the block lasts.

    The audit trail names this actor. With `import_id`, rows are written by an import: the trail then holds one entry
    a statement with the number of rows, because the import keeps every row itself. Number 0 stands for the events of
    tracking clients, which are kept just so.

    >>> with acting("ana"):
    ...     current().name
    'ana'
    """
    token = _CURRENT.set(Actor(name, import_id))
    try:
        yield _CURRENT.get()
    finally:
        _CURRENT.reset(token)
