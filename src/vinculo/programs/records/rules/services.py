"""Rules kept: drafted, proposed, approved by somebody else where four eyes are asked for, replaced and withdrawn."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet

from vinculo.foundation.errors import InputError
from vinculo.programs.earning import engine
from vinculo.programs.earning import rules as ruled
from vinculo.programs.earning.engine import RuleSet
from vinculo.programs.records import approval
from vinculo.programs.records.models import Program, Rule, RuleVersion, Unit

IN_WORK = (RuleVersion.State.DRAFT, RuleVersion.State.PROPOSED)
APPROVED = (RuleVersion.State.ACTIVE, RuleVersion.State.SUPERSEDED, RuleVersion.State.RETIRED)

Known = tuple[int, date | None, date | None, datetime | None]
"""A version by its number and dates, and when it was approved."""


class RuleStateError(InputError):
    """The rule is not in a state for this."""

    code = "rule.state"


class OwnRuleError(InputError):
    """Whoever wrote or proposed a rule does not approve it: somebody else has to."""

    code = "rule.own"


def rule_draft(
    *,
    program_id: int,
    code: str,
    name: str,
    definition: Mapping[str, Any],
    now: datetime,
    dates: tuple[date | None, date | None] = (None, None),
    name_es: str = "",
) -> RuleVersion:
    """Write a rule, or its next version; a draft that is there is written anew.

    Parameters
    ----------
    definition
        What it says (`earning.rules.DEFINED`, without the code).
    dates
        The first day it is in force and the first it is no more; either may be open.
    name_es
        Its name in Spanish, where it differs.

    Raises
    ------
    RuleError, ConditionError
        It makes no sense.
    RuleStateError
        A version of it waits for approval.
    """
    starts_on, ends_on = dates
    read = ruled.read({**definition, "code": code}, starts_on=starts_on, ends_on=ends_on)
    require_unit(program_id, read)
    said = ruled.definition(read)
    with transaction.atomic():
        rule, _made = Rule.objects.get_or_create(program_id=program_id, code=code, defaults={"created_at": now})
        versions = RuleVersion.objects.select_for_update().filter(rule=rule).order_by("-version")
        last = versions.first()
        if last is not None and last.state == RuleVersion.State.PROPOSED:
            raise RuleStateError("{rule} waits for approval: decide that first.", rule=code)
        if last is None or last.state != RuleVersion.State.DRAFT:
            last = RuleVersion(rule=rule, version=(last.version if last else 0) + 1, created_at=now)
        last.name, last.name_es = name, name_es
        last.definition, last.starts_on, last.ends_on = said, starts_on, ends_on
        last.authors = approval.signed(last.authors)
        last.save()
    return last


def require_unit(program_id: int, rule: ruled.Rule) -> None:
    """Refuse a rule for points that the programme does not have."""
    known = tuple(Unit.objects.filter(program_id=program_id).order_by("code").values_list("code", flat=True))
    if rule.unit not in known:
        raise ruled.RuleError("There are no points {found!r}: choose among {known}.", found=rule.unit, known=known)


def rule_propose(*, version_id: int, now: datetime) -> RuleVersion:
    """Put a draft before whoever approves; its words stay from now on."""
    with transaction.atomic():
        version = held(version_id, RuleVersion.State.DRAFT)
        version.state, version.proposed_at = RuleVersion.State.PROPOSED, now
        version.authors = approval.signed(version.authors)
        version.save()
    return version


def rule_return(*, version_id: int, note: str) -> RuleVersion:
    """Give a proposal back to its authors, who may change it."""
    with transaction.atomic():
        version = held(version_id, RuleVersion.State.PROPOSED)
        version.state, version.note = RuleVersion.State.DRAFT, note
        version.save()
    return version


def rule_approve(*, version_id: int, now: datetime) -> RuleVersion:
    """Approve a proposal: it is in force from its day on, and the version before until then.

    What was earned stands: a version that replaces another begins today or later.

    Raises
    ------
    OwnRuleError
        Whoever acts wrote or proposed it, and the programme asks for four eyes.
    RuleError
        It would begin in the past of an earlier version, or clashes with other rules.
    """
    with transaction.atomic():
        version = held(version_id, RuleVersion.State.PROPOSED)
        program = Program.objects.get(pk=version.rule.program_id)
        by = approval.other_require(program.pk, version.authors, OwnRuleError)
        today = now.astimezone(ZoneInfo(program.zone)).date()
        before = RuleVersion.objects.filter(rule=version.rule, state__in=APPROVED)
        if before.exists():
            version.starts_on = version.starts_on or today
            if version.starts_on < today:
                raise ruled.RuleError("It replaces a version in force, so it begins on {today} or later.", today=today)
            replace(before, version.starts_on)
        version.state, version.approved_at, version.approved_by = RuleVersion.State.ACTIVE, now, by
        version.save()
        # All rules in force have to go together.
        ruleset(program)
    return version


def replace(before: QuerySet[RuleVersion], day: date) -> None:
    """Let earlier versions end where the next begins; one that had not begun never will."""
    superseded = RuleVersion.State.SUPERSEDED
    before.filter(starts_on__gt=day).update(state=superseded, ends_on=F("starts_on"))
    before.filter(Q(ends_on=None) | Q(ends_on__gt=day)).update(state=superseded, ends_on=day)
    before.filter(state=RuleVersion.State.ACTIVE).update(state=superseded)


def rule_retire(*, rule_id: int, on: date, now: datetime) -> RuleVersion:
    """Withdraw a rule from a day on, today at the earliest."""
    with transaction.atomic():
        rule = Rule.objects.select_related("program").get(pk=rule_id)
        today = now.astimezone(ZoneInfo(rule.program.zone)).date()
        version = RuleVersion.objects.select_for_update().filter(rule=rule, state=RuleVersion.State.ACTIVE).first()
        if version is None:
            raise RuleStateError("{rule} is not in force.", rule=rule.code)
        day = max(on, today, version.starts_on or on)
        version.ends_on = min(day, version.ends_on or day)
        version.state = RuleVersion.State.RETIRED
        version.save()
    return version


def held(version_id: int, state: str) -> RuleVersion:
    """Return a version that is in a state, held until the end of the transaction."""
    version = RuleVersion.objects.select_related("rule").select_for_update(of=("self",)).get(pk=version_id)
    if version.state != state:
        raise RuleStateError(
            "{rule} {number} is not what is asked for: it is {state}.",
            rule=version.rule.code,
            number=version.version,
            state=version.state,
        )
    return version


def read(version: RuleVersion) -> ruled.Rule:
    """Return a version as the engine takes it."""
    return ruled.read(
        version.definition,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        id=version.rule_id,
        version=version.version,
    )


def versions_in_force(program_id: int, *, since: date | None = None) -> list[RuleVersion]:
    """Return the versions that were ever approved and not over before a day."""
    return list(in_force(program_id, since=since))


def in_force(program_id: int, *, since: date | None = None) -> QuerySet[RuleVersion]:
    """Return the query of the versions that were ever approved and not over before a day."""
    found = RuleVersion.objects.filter(rule__program_id=program_id, state__in=APPROVED).exclude(ends_on=F("starts_on"))
    if since is not None:
        found = found.filter(Q(ends_on=None) | Q(ends_on__gt=since))
    return found.order_by("rule_id", "version")


def ruleset(program: Program, *, since: date | None = None) -> RuleSet:
    """Return the approved rules of a programme, compiled; the same until one of them changes."""
    found = in_force(program.pk, since=since).values_list("pk", "starts_on", "ends_on", "approved_at")
    return compiled(program.currency, tuple(found))


def ruleset_of(program: Program, version_ids: Sequence[int]) -> RuleSet:
    """Return some versions compiled, drafts among them."""
    found = RuleVersion.objects.filter(pk__in=version_ids, rule__program=program).order_by("rule_id", "version")
    return RuleSet([read(version) for version in found], program.currency)


@lru_cache(maxsize=64)
def compiled(currency: str, found: tuple[Known, ...]) -> engine.RuleSet:
    """Compile versions: what one says never changes, and its dates are among what it is known by."""
    versions = RuleVersion.objects.filter(pk__in=[each[0] for each in found]).order_by("rule_id", "version")
    return RuleSet([read(version) for version in versions], currency)
