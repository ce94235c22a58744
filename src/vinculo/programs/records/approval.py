"""Approval: where a programme asks for four eyes, whoever wrote rules or terms does not approve them."""

from collections.abc import Iterable

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.programs.records.models import EarningPolicy


def policy_set(*, program_id: int, four_eyes: bool) -> None:
    """Say whether rules and terms of a programme are approved by somebody else than their authors."""
    EarningPolicy.objects.update_or_create(program_id=program_id, defaults={"four_eyes": four_eyes})


def four_eyes(program_id: int) -> bool:
    """Tell whether somebody else approves in a programme; somebody else does unless it was said otherwise."""
    found = EarningPolicy.objects.filter(program_id=program_id).values_list("four_eyes", flat=True).first()
    return found is not False


def signed(authors: Iterable[str]) -> list[str]:
    """Return who wrote something, whoever acts now among them."""
    return sorted({*authors, actor.current().name})


def own(program_id: int, authors: Iterable[str], name: str) -> bool:
    """Tell whether somebody may not approve something for having written it."""
    return name in authors and four_eyes(program_id)


def other_require(program_id: int, authors: Iterable[str], refusal: type[InputError]) -> str:
    """Refuse authors who approve what they wrote, where four eyes are asked for; return who approves."""
    name = actor.current().name
    if own(program_id, authors, name):
        raise refusal
    return name
