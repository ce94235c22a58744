"""Posting: differences between what is held and what should be become postings, and are noted beside them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from vinculo.identify.orders.arriving import UNNUMBERED
from vinculo.programs.earning.rules import Rule as Read
from vinculo.programs.ledger.posting import NEVER, Outcome, Post
from vinculo.programs.records.earning import keeping, prices, using
from vinculo.programs.records.earning.keeping import Asked, Change, Kept
from vinculo.programs.records.ledger import services as ledger
from vinculo.programs.records.ledger import wallets
from vinculo.programs.records.models import EarnedAward, Earning, Member, Program, RuleVersion, Unit
from vinculo.programs.records.rules import services as ruled

BUCKETS, LONGEST = 64, 90
"""Locks for members, and the longest event that is a part of a key as it is."""
_TAKEN = """
UPDATE programs_earnedaward AS award SET taken = said.taken, forgiven = said.forgiven
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS said (id, taken, forgiven) WHERE award.id = said.id
"""
Versions = dict[tuple[int, int], Read]
Accounts = dict[tuple[str, int], tuple[tuple[int, int], ...]]
"""By unit and member: the wallets, and the percentage that goes into each."""


@dataclass
class Told:
    """Points by unit that were given, taken, and left by the policy of returns."""

    awarded: dict[str, int]
    taken: dict[str, int]
    forgiven: dict[str, int]


def hold(program_id: int, customer_ids: Sequence[int], *, alone: bool) -> None:
    """Let nobody else settle these customers in a programme until the end of the transaction, or nobody anything.

    Alone where a rule has a budget: two orders at once would both find the same rest of it.
    """
    first = program_id * (BUCKETS + 1)
    with connection.cursor() as cursor:
        if alone:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programs.earning'), %s)", [first])
            return
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('programs.earning'), %s)", [first])
        for bucket in sorted({customer % BUCKETS + 1 for customer in customer_ids}):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programs.earning'), %s)", [first + bucket])


def post(program: Program, changes: Sequence[Change], now: datetime) -> Told:
    """Post differences, those that take before those that give; return the points that moved."""
    told = Told({}, {}, {})
    left = [rest for change in sorted(changes, key=lambda each: each.points) if (rest := unforgiven(change, told))]
    if left:
        post_all(program, left, told, now)
    touched = {award.pk: award for change in changes for award in change.kept.touched}
    if touched:
        with connection.cursor() as cursor:
            taken = [(award.pk, award.taken, award.forgiven) for award in touched.values()]
            cursor.execute(_TAKEN, list(map(list, zip(*taken, strict=True))))
    return told


def post_all(program: Program, changes: Sequence[Change], told: Told, now: datetime) -> None:
    """Post what is left of the differences, and note it."""
    versions = versions_of(program, changes)
    accounts = accounts_of(program, changes, versions, now)
    asked = [each for change in changes for each in posts(program, change, versions, accounts, now)]
    outcomes = ledger.points_post(program_id=program.pk, posts=prices.told(asked), now=now)
    note(program, asked, outcomes, told, versions)
    steps = {change.kept.id: change.kept.steps for change in changes}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programs_earning AS kept SET steps = said.steps "
            "FROM unnest(%s::bigint[], %s::int[]) AS said (id, steps) WHERE kept.id = said.id",
            [list(steps), list(steps.values())],
        )


def unforgiven(change: Change, told: Told) -> Change | None:
    """Take back what was let go before points are given anew: the member has those still."""
    left = change.points
    for award in change.kept.awards if left > 0 else ():
        if award.rule_id == change.rule_id and award.forgiven and left:
            part = min(award.forgiven, left)
            award.forgiven -= part
            left -= part
            change.kept.touched.append(award)
    return Change(change.kept, change.rule_id, change.version, left) if left else None


def versions_of(program: Program, changes: Sequence[Change]) -> Versions:
    """Return the versions of the rules in question, from those that are compiled where they are among them."""
    found = {(rule.id, rule.version): rule for rule in ruled.ruleset(program).rules}
    missing = {change.rule_id for change in changes} - {rule_id for rule_id, _version in found}
    kept = RuleVersion.objects.filter(rule_id__in=missing, state__in=ruled.APPROVED).exclude(ends_on=F("starts_on"))
    for version in kept if missing else ():
        found[version.rule_id, version.version] = ruled.read(version)
    return found


def accounts_of(program: Program, changes: Sequence[Change], versions: Versions, now: datetime) -> Accounts:
    """Return the wallets by unit and member, opened where there were none; a pool may take a part only."""
    units = {unit.code: unit.pk for unit in Unit.objects.filter(program=program)}
    wanted: dict[str, set[int]] = {}
    for change in changes:
        if change.points > 0:
            wanted.setdefault(versions[change.rule_id, change.version].unit, set()).add(change.kept.member_id)
    found: Accounts = {}
    for code, members in wanted.items():
        shared = wallets.wallets_ensure(unit_id=units[code], member_ids=sorted(members), now=now)
        parts = dict(
            Member.objects.filter(pk__in=members, pool__terms__contribution_percent__lt=100).values_list(
                "pk", "pool__terms__contribution_percent"
            )
        )
        own = wallets.wallets_ensure(unit_id=units[code], member_ids=sorted(parts), now=now, pooled=False)
        for member, account in shared.items():
            part = parts.get(member, 100)
            rest = ((own[member], 100 - part),) if part < 100 else ()
            found[code, member] = ((account, part), *rest)
    return found


def posts(program: Program, change: Change, versions: Versions, accounts: Accounts, now: datetime) -> list[Asked]:
    """Return the posts of one change: awards, or reversals of the latest awards first."""
    if change.points > 0:
        rule = versions[change.rule_id, change.version]
        left, made = change.points, []
        wallets_of = accounts[rule.unit, change.kept.member_id]
        for place, (account, percent) in enumerate(wallets_of, start=1):
            part = left if place == len(wallets_of) else change.points * percent // 100
            left -= part
            if part:
                made.append(Asked(change, award(program, change, rule, (account, part), now), None))
        return made
    left, made = -change.points, []
    for given in reversed(change.kept.awards):
        part = min(left, given.given - given.taken - given.forgiven)
        if given.rule_id == change.rule_id and part > 0:
            left -= part
            made.append(Asked(change, reversal(change, given, part, now), given))
    return made


def award(program: Program, change: Change, rule: Read, into: tuple[int, int], now: datetime) -> Post:
    """Return the post that gives points into a wallet."""
    kept, (account, points) = change.kept, into
    day = keeping.day(program, kept.happened_at)
    until = pending(rule, kept.happened_at, day, program)
    return Post(
        source=kept.key[0],
        event=key(change),
        kind="award",
        account_id=account,
        amount=points,
        happened_at=kept.happened_at,
        grant_class=rule.grant_class,
        reference=reference(kept),
        expires_on=lost(rule, day),
        pending_until=until if until and until > now else None,
        rule_id=rule.id,
        rule_version=rule.version,
        campaign=rule.campaign,
        member_id=kept.member_id,
    )


def reversal(change: Change, given: EarnedAward, points: int, now: datetime) -> Post:
    """Return the post that takes points of an award back."""
    return Post(
        source=change.kept.key[0],
        event=key(change),
        kind="reverse",
        account_id=given.account_id,
        amount=points,
        happened_at=now,
        refers_to=given.posting_id,
        reference=reference(change.kept),
        rule_id=change.rule_id,
        rule_version=given.version,
        member_id=change.kept.member_id,
    )


def key(change: Change) -> str:
    """Return the event of the next posting of an order: another one each time, the same when it is tried again."""
    kept = change.kept
    kept.steps += 1
    event = kept.key[1]
    if event.startswith(UNNUMBERED):
        event = salted_hmac("vinculo.earning", event).hexdigest()[:32]
    elif len(event) > LONGEST:
        event = event[: LONGEST - 33] + "~" + hashlib.md5(event.encode(), usedforsecurity=False).hexdigest()
    return f"earning:{event}:{change.rule_id}:{kept.steps}"


def reference(kept: Kept) -> str:
    """Return the number of an order; what is told by its buyer instead is not named: the journal never forgets."""
    return "" if kept.key[1].startswith(UNNUMBERED) else kept.key[1][:120]


def pending(rule: Read, at: datetime, day: date, program: Program) -> datetime | None:
    """Return until when points are pending: some days from the moment, or to the end of the window of returns."""
    moments = []
    if rule.pending_days:
        moments.append(at + timedelta(days=rule.pending_days))
    if rule.return_days:
        after = day + timedelta(days=rule.return_days + 1)
        moments.append(datetime.combine(after, time.min, ZoneInfo(program.zone)))
    return max(moments, default=None)


def lost(rule: Read, day: date) -> date | None:
    """Return the last day of points; nothing where the unit decides."""
    if rule.expires_days is None:
        return None
    return day + timedelta(days=rule.expires_days) if rule.expires_days else NEVER


def note(program: Program, asked: Sequence[Asked], outcomes: Sequence[Outcome], told: Told, versions: Versions) -> None:
    """Keep what was given and taken; what a wallet that is closed refuses is kept as nothing given."""
    fresh, counted = [], []
    for each, outcome in zip(asked, outcomes, strict=True):
        rule_id, kept, moved = each.change.rule_id, each.change.kept, 0 if outcome.refused else outcome.amount
        before = held(kept, rule_id)
        if each.award is None:
            if not outcome.refused:
                fresh.append(
                    EarnedAward(
                        earning_id=kept.id,
                        rule_id=rule_id,
                        version=each.change.version,
                        account_id=each.post.account_id,
                        posting_id=outcome.posting_id,
                        given=moved,
                    )
                )
                kept.awards.append(fresh[-1])
            add(told.awarded, versions[rule_id, each.change.version].unit, moved)
        else:
            each.award.taken += moved
            each.award.forgiven += each.post.amount - moved
            unit = versions[rule_id, each.award.version].unit
            add(told.taken, unit, moved)
            add(told.forgiven, unit, each.post.amount - moved)
            kept.touched.append(each.award)
        after = held(kept, rule_id)
        counted.append((rule_id, keeping.day(program, kept.happened_at), after - before, (after > 0) - (before > 0)))
    keeping.award(fresh)
    budgets = set(using.with_budget(list(versions.values())))
    using.note([row for row in counted if row[0] in budgets])


def held(kept: Kept, rule_id: int) -> int:
    """Return what is held of an order for a rule."""
    return sum(each.given - each.taken - each.forgiven for each in kept.awards if each.rule_id == rule_id)


def add(sums: dict[str, int], unit: str, points: int) -> None:
    """Add points to the sum of a unit."""
    if points:
        sums[unit] = sums.get(unit, 0) + points


def buyers_of(earning_ids: Sequence[int]) -> list[int]:
    """Return the customers whose earnings these are."""
    found = Earning.objects.filter(pk__in=list(earning_ids)).annotate(
        buyer=Coalesce("member__customer__merged_into", "member__customer", Value(0))
    )
    return list(found.values_list("buyer", flat=True))
