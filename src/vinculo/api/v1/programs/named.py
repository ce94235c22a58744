"""Named: the programme, member and unit that an address or a body names, or the problem that there is none."""

from typing import Annotated

from pydantic import StringConstraints

from vinculo.api.v1.problems import UnknownError
from vinculo.programs.members import cards
from vinculo.programs.records.models import Member, Program, Unit

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Card = Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9]+$")]


def program(code: str) -> Program:
    """Return a programme by its code."""
    found = Program.objects.filter(code=code).first()
    if found is None:
        raise UnknownError("There is no programme {program}.", program=code)
    return found


def member(code: str, card: str) -> Member:
    """Return a member of a programme by the card number."""
    found = Member.objects.filter(program=program(code), number=card).select_related("program", "pool").first()
    if found is None:
        raise UnknownError("There is no member {number} in this programme.", number=cards.shown(card))
    return found


def unit(of: Program, code: str | None) -> Unit:
    """Return a unit of a programme; the first one that is spent when none is named."""
    units = Unit.objects.filter(program=of).order_by("id")
    found = (units.filter(code=code) if code else units.filter(spendable=True)).first()
    if found is None:
        raise UnknownError("There are no points {unit} in this programme.", unit=code or "")
    return found
