"""Setting up: programmes and units opened and changed; what members were promised stays once there are points."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import is_currency
from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.records.ledger import wallets
from vinculo.programs.records.models import Account, Posting, Program, Unit

RESERVED = ("new",)
"""Codes that are words of addresses."""
FIXED_PROGRAM = ("currency", "zone", "started_on")
"""What stays of a programme once points were posted: days and amounts of the past were counted by it."""
FIXED_UNIT = ("spendable", "qualifying")
"""What stays of a unit once it has wallets."""
DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
OF_UNIT = (
    *(
        "name",
        "name_es",
        "spendable",
        "qualifying",
        "expiry",
        "expiry_months",
        "expiry_rounding",
        "expiry_day",
        "grace_days",
    ),
    *("return_policy", "floor"),
)


class SetupError(InputError):
    """A programme cannot be set up like this."""

    code = "program.unusable"


def program_open(*, code: str, said: Mapping[str, Any], now: datetime) -> Program:
    """Open a programme as a draft, whose rules and units are made before anybody joins."""
    if code in RESERVED or Program.objects.filter(code=code).exists():
        raise SetupError("There is a programme {program} already, or the code is a word of ours.", program=code)
    require_sense(said)
    return Program.objects.create(code=code, created_at=now, state=Program.State.DRAFT, **said)


def program_change(*, program_id: int, said: Mapping[str, Any]) -> Program:
    """Change a programme; what is fixed once there are points stays."""
    require_sense(said)
    with transaction.atomic():
        program = Program.objects.select_for_update().get(pk=program_id)
        fixed = program_fixed(program)
        changed = [name for name in fixed if name in said and said[name] != getattr(program, name)]
        if changed:
            raise SetupError("{name} stays as it is: there are points already.", name=changed[0])
        for name, value in said.items():
            setattr(program, name, value)
        program.save()
    return program


def program_fixed(program: Program) -> tuple[str, ...]:
    """Return the fields of a programme that stay."""
    return FIXED_PROGRAM if Posting.objects.filter(program=program).exists() else ()


def require_sense(said: Mapping[str, Any]) -> None:
    """Refuse a currency or a time zone that nobody knows."""
    if "zone" in said and said["zone"] not in available_timezones():
        raise SetupError("{zone} is no time zone: write one such as Europe/Madrid.", zone=said["zone"])
    if "currency" in said and not is_currency(said["currency"]):
        raise SetupError("{currency} is no currency: write one such as EUR.", currency=said["currency"])


def unit_open(*, program_id: int, code: str, said: Mapping[str, Any]) -> Unit:
    """Open a unit of a programme."""
    if Unit.objects.filter(program_id=program_id, code=code).exists():
        raise SetupError("There are points {unit} already.", unit=code)
    require_unit(said)
    return Unit.objects.create(program_id=program_id, code=code, **said)


def unit_change(*, unit_id: int, said: Mapping[str, Any]) -> Unit:
    """Change a unit; how long points live is changed for those that are given from now on.

    Inactivity is the exception: its day moves with every activity, so it would change points that members hold.
    """
    require_unit(said)
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        changed = [name for name in unit_fixed(unit) if said[name] != getattr(unit, name)]
        if changed:
            raise SetupError("{name} stays as it is: there are points already.", name=changed[0])
        if unit_fixed(unit) and said["grace_days"] < unit.grace_days:
            raise SetupError("Days of grace that members have are not shortened.")
        for name, value in said.items():
            setattr(unit, name, value)
        unit.save()
        wallets.floors_follow(unit_id=unit.pk)
    return unit


def unit_fixed(unit: Unit) -> tuple[str, ...]:
    """Return the fields of a unit that stay."""
    if not Account.objects.filter(unit=unit).exists():
        return ()
    inactivity = ("expiry", "expiry_months") if unit.expiry == Unit.Expiry.INACTIVITY else ()
    return (*FIXED_UNIT, *inactivity)


def require_unit(said: Mapping[str, Any]) -> None:
    """Refuse a unit whose points would never or at once be lost where they should not."""
    if said["expiry"] in (Unit.Expiry.AGE, Unit.Expiry.INACTIVITY) and not said["expiry_months"]:
        raise SetupError("Say after how many months points are lost.")
    if said["expiry"] == Unit.Expiry.CALENDAR and not DAY.fullmatch(said["expiry_day"]):
        raise SetupError("Say on which day of the year points are lost, such as 12-31.")
    if said["return_policy"] == Unit.Returns.FLOOR and said["floor"] >= 0:
        raise SetupError("A floor lies below zero.")
