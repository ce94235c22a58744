"""Replays: what a change of rules would have meant over a period of real orders, worked out by a job and kept."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as configured
from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.foundation import actor, language
from vinculo.foundation.errors import InputError, VinculoError
from vinculo.foundation.phrases import Phrase
from vinculo.programs.earning import comparison
from vinculo.programs.earning import rules as read_rules
from vinculo.programs.earning.engine import RuleSet
from vinculo.programs.earning.rules import Rule
from vinculo.programs.records.histories import loading
from vinculo.programs.records.models import Program, Replay
from vinculo.programs.records.rules import budgets
from vinculo.programs.records.rules import services as ruled

LOG = logging.getLogger(__name__)
TASK = "programs.replay_make"


def replay_ask(
    *,
    program_id: int,
    starts_on: date,
    ends_on: date,
    changes: Mapping[str, Mapping[str, Any] | None],
    now: datetime,
    cost_minor_per_1000: Decimal = Decimal(0),
) -> Replay:
    """Have a change of rules replayed over the orders of a period, the last day not included.

    Parameters
    ----------
    changes
        By the code of a rule, what it would say (`earning.rules.DEFINED`), or nothing for a rule that would go. Rules
        that are not named stay as they are in force on the day this is asked, and so do the budgets of campaigns. A
        rule has no dates in a replay.
    cost_minor_per_1000
        What a thousand points cost, for the effect on the liability.

    Raises
    ------
    InputError
        The period is none.
    RuleError, ConditionError
        A rule makes no sense.
    """
    if ends_on <= starts_on:
        raise InputError("A period that begins on {start} ends later than on {end}.", start=starts_on, end=ends_on)
    program = Program.objects.get(pk=program_id)
    today = now.astimezone(ZoneInfo(program.zone)).date()
    old = in_force(program, today)
    new = {**old, **{code: {**said, "code": code} for code, said in changes.items() if said is not None}}
    for code, said in changes.items():
        if said is None:
            new.pop(code, None)
    for side in (old, new):
        RuleSet(rules_of(program, side), program.currency)
    replay = Replay.objects.create(
        program=program,
        settings={
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
            "old": old,
            "new": new,
            "cost_minor_per_1000": str(cost_minor_per_1000),
            "budgets": budgets.named(program, [*old.values(), *new.values()]),
        },
        asked_by=actor.current().name,
        asked_at=now,
    )
    app.configure_task(TASK, queue="programs").defer(replay_id=replay.pk)
    return replay


def in_force(program: Program, day: date) -> dict[str, dict[str, Any]]:
    """Return what the rules in force on a day say, by their codes."""
    return {
        version.definition["code"]: version.definition
        for version in ruled.versions_in_force(program.pk, since=day)
        if version.starts_on is None or version.starts_on <= day
    }


def rules_of(program: Program, definitions: Mapping[str, Mapping[str, Any]]) -> list[Rule]:
    """Return rules from what they say, numbered by their codes so that those of both sides are the same."""
    found = []
    for number, code in enumerate(sorted(definitions), start=1):
        rule = read_rules.read(definitions[code], id=number)
        ruled.require_unit(program.pk, rule)
        found.append(rule)
    return found


def replay_make(*, replay_id: int, clock: Callable[[], datetime] = timezone.now) -> Replay:
    """Work a replay out; its row says how far it is and how it ended."""
    begun = Replay.objects.filter(pk=replay_id, state=Replay.State.QUEUED)
    if not begun.update(state=Replay.State.RUNNING, started_at=clock()):
        return Replay.objects.get(pk=replay_id)
    replay = Replay.objects.select_related("program").get(pk=replay_id)
    translate = language.translator(str(configured.LANGUAGE_CODE)[:2])
    try:
        result = compared(replay, lambda share: tell(replay_id, share))
    except VinculoError as error:
        close(replay, Replay.State.FAILED, now=clock(), error=error.say(translate))
    except Exception:
        LOG.exception("The replay %s stopped at a fault of the program", replay_id)
        said = Phrase("The replay stopped at a fault of the program; the log has it.").say(translate)
        close(replay, Replay.State.FAILED, now=clock(), error=said)
    else:
        replay.result = result
        close(replay, Replay.State.DONE, now=clock())
    return replay


def compared(replay: Replay, progress: Callable[[float], None]) -> dict[str, Any]:
    """Return the comparison of a replay."""
    said, program = replay.settings, replay.program
    old, new = (RuleSet(rules_of(program, said[side]), program.currency) for side in ("old", "new"))
    zone = ZoneInfo(program.zone)
    starts_at, ends_at = (
        datetime.combine(date.fromisoformat(said[name]), time.min, zone) for name in ("starts_on", "ends_on")
    )
    points, period = said.get("budgets", {}), (starts_at, ends_at)
    first, second = (budgets.replayed(program, points, each.rules, period) for each in (old, new))
    which = loading.Which(None, starts_at, ends_at, backs=bool(first.left or second.left))
    loaded = loading.load(program, which, [*old.rules, *new.rules])
    progress(0.3)
    return comparison.compare(
        old,
        new,
        loaded.history,
        cost_minor_per_1000=Decimal(said["cost_minor_per_1000"]),
        used=(first, second),
        progress=lambda share: progress(0.3 + 0.7 * share),
    )


def tell(replay_id: int, share: float) -> None:
    """Write down how far a replay is."""
    Replay.objects.filter(pk=replay_id).update(progress=min(1.0, share))


def close(replay: Replay, state: str, *, now: datetime, error: str = "") -> None:
    """Write down how a replay ended."""
    replay.state, replay.finished_at, replay.error = state, now, error
    replay.progress = 1.0 if state == Replay.State.DONE else replay.progress
    replay.save()
