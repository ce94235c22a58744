"""`vinculo up`: the whole platform in one command."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from vinculo.cli import progress
from vinculo.project.commands import start

if TYPE_CHECKING:
    from vinculo.project.operation.house import House

TOLD = threading.Event()
"""Set when the process was told to end before its processes ran."""

Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the site.")]
Once = Annotated[bool, typer.Option("--once", help="Stop as soon as the site has answered.")]


def up(
    port: Port = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in: put TLS before it.")
    ] = "127.0.0.1",
    once: Once = False,
) -> None:
    """Start the platform: database, site and worker; Ctrl-C stops all of it."""
    leave_when_told()
    start.django()
    from vinculo.project.operation import house

    found = house.House(host=host, port=port)
    with house.alone(found.address):
        house.port_require(host, port)
        start.store()
        stay(found, told, once=once)


def leave_when_told() -> None:
    """Until the processes run, a stop is an end like any other: what was opened is closed at exit."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End the process, letting go of what it holds."""
    TOLD.set()
    raise SystemExit(0)


@contextmanager
def leaving() -> Iterator[None]:
    """Let work be interrupted: what an engine makes of the end of the process is the end all the same."""
    try:
        yield
    except Exception:
        if TOLD.is_set():
            raise SystemExit(0) from None
        raise


def stay(house: "House", ready: Callable[[str], None], *, once: bool) -> None:
    """Run the processes until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, house.stop)
    house.run(ready, once=once)
    progress.CONSOLE.print(start.say("Stopped."))


def told(address: str) -> None:
    """Say where the site is, and how to make the first user where there is none."""
    from vinculo.project.staff import services

    progress.CONSOLE.print(start.say("Vinculo runs at {address} (Ctrl-C stops it).", address=address), soft_wrap=True)
    if not services.user_exists():
        progress.CONSOLE.print(
            start.say("Nobody can sign in yet: vinculo user NAME --role administrator makes the first user."),
            soft_wrap=True,
        )
    sys.stdout.flush()
