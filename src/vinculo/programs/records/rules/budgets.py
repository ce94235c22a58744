"""Budgets as a replay keeps them: what was given besides the orders that are replayed counts as it was."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import numpy as np
from django.db import connection

from vinculo.programs.earning.budgets import Budget
from vinculo.programs.earning.caps import Counted, Used
from vinculo.programs.earning.rules import Rule
from vinculo.programs.records.earning import deeds, using
from vinculo.programs.records.finance import selectors as finance
from vinculo.programs.records.models import Program

_ELSEWHERE = """
WITH given AS (
    SELECT posting.id, posting.campaign, posting.happened_at, posting.amount, EXISTS (
        SELECT FROM programs_earnedaward AS award JOIN programs_earning AS earning ON earning.id = award.earning_id
        JOIN identify_source AS source ON source.code = earning.source
        WHERE award.posting_id = posting.id AND earning.trigger = 'purchase'
    ) AS of_order
    FROM programs_posting AS posting
    WHERE posting.program_id = %(program)s AND posting.campaign = ANY(%(campaigns)s) AND posting.kind = 'award'
        AND posting.to_account_id IS NULL AND posting.held_until IS NULL AND posting.outcome = ''
), moved AS (
    SELECT campaign, happened_at AS given_at, happened_at, amount, of_order FROM given
    UNION ALL
    SELECT given.campaign, given.happened_at, back.happened_at, -back.amount, of_order FROM given
    JOIN programs_posting AS back ON back.refers_to = given.id AND back.kind IN ('reverse', 'cancel', 'timeout')
        AND back.outcome = ''
)
SELECT campaign, greatest(happened_at, %(starts_at)s) AS at, sum(amount)::bigint FROM moved
WHERE happened_at < %(ends_at)s AND (given_at < %(starts_at)s OR NOT of_order) GROUP BY 1, 2 ORDER BY 1, 2
"""
"""What campaigns gave and got back besides the orders of the period; what was before it stands at its beginning."""

_BEFORE = """
SELECT rule.code, (earning.happened_at AT TIME ZONE %(zone)s)::date, sum(award.given - award.taken - award.forgiven),
    count(DISTINCT earning.id) FILTER (WHERE award.given > award.taken + award.forgiven)
FROM programs_earnedaward AS award JOIN programs_earning AS earning ON earning.id = award.earning_id
JOIN programs_rule AS rule ON rule.id = award.rule_id
WHERE rule.program_id = %(program)s AND rule.code = ANY(%(codes)s) AND earning.happened_at < %(starts_at)s
GROUP BY 1, 2
"""

_OF_MEMBERS = """
SELECT code, member_id, sum(points)::bigint, count(*) FILTER (WHERE points > 0) FROM (
    SELECT rule.code, earning.member_id, sum(award.given - award.taken - award.forgiven) AS points
    FROM programs_earning AS earning JOIN programs_earnedaward AS award ON award.earning_id = earning.id
    JOIN programs_rule AS rule ON rule.id = award.rule_id
    WHERE rule.program_id = %(program)s AND rule.code = ANY(%(codes)s) AND earning.happened_at < %(starts_at)s
        AND earning.happened_at >= %(since)s
    GROUP BY earning.id, rule.code
) AS earned GROUP BY 1, 2
"""
"""What members were given by some rules between two moments, and how often."""


def named(program: Program, rules: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """Return the budgets of the campaigns that rules name."""
    budgets = finance.budgets_of(program.pk)
    return {
        campaign: budgets[campaign] for campaign in {str(said.get("campaign", "")) for said in rules} & set(budgets)
    }


def replayed(
    program: Program, points: Mapping[str, int], rules: Sequence[Rule], period: tuple[datetime, datetime]
) -> Used:
    """Return what rules may give in a period: what is left of their limits, and of the budgets of campaigns."""
    found = Used(left=left(program, points, rules, period))
    using.count(found, rules, "program", before(program, rules, period[0]))
    found.by_cap.update(of_members(program, rules, period[0]))
    return found


def before(program: Program, rules: Sequence[Rule], starts_at: datetime) -> list[tuple[int, int, date, int, int]]:
    """Return what rules with a limit for all gave before a moment: rule, nobody, day, points, how often."""
    asked = {rule.code: rule.id for rule in rules if any(cap.scope == "program" for cap in rule.caps)}
    if not asked:
        return []
    with connection.cursor() as cursor:
        said: dict[str, Any] = {
            "program": program.pk,
            "zone": program.zone,
            "codes": list(asked),
            "starts_at": starts_at,
        }
        cursor.execute(_BEFORE, said)
        return [(asked[code], 0, day, int(points), times) for code, day, points, times in cursor.fetchall()]


def of_members(program: Program, rules: Sequence[Rule], starts_at: datetime) -> dict[tuple[int, int], Counted]:
    """Return what members used up before a moment of limits whose day, week, month… the moment is in the middle of."""
    found: dict[tuple[int, int], Counted] = {}
    day = starts_at.date()
    limits = [
        (rule, place, cap)
        for rule in rules
        for place, cap in enumerate(rule.caps)
        if cap.scope == "member" and cap.period != "order"
    ]
    for name in sorted({cap.period for _rule, _place, cap in limits}):
        under = [each for each in limits if each[2].period == name]
        since = datetime.combine(using.first_day(name, day), time.min, starts_at.tzinfo)
        codes = sorted({rule.code for rule, _place, _cap in under})
        said = {"program": program.pk, "codes": codes, "starts_at": starts_at, "since": since}
        given: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for code, member, points, times in using.fetched(_OF_MEMBERS, said):
            given[code].append((member, points, times))
        for rule, place, cap in under:
            number = using.period(cap, day)
            found[rule.id, place] = {
                (member, number): points if cap.times is None else times for member, points, times in given[rule.code]
            }
    return found


def left(
    program: Program, points: Mapping[str, int], rules: Sequence[Rule], period: tuple[datetime, datetime]
) -> dict[str, Budget]:
    """Return the budgets of the campaigns of rules over a period, with what moved them besides its orders."""
    campaigns = sorted(set(points) & {rule.campaign for rule in rules})
    if not campaigns:
        return {}
    starts_at, ends_at = period
    said: dict[str, Any] = {"program": program.pk, "campaigns": campaigns, "starts_at": starts_at, "ends_at": ends_at}
    moved: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, said)
        for campaign, at, amount in cursor.fetchall():
            moved[campaign].append((deeds.micros(at), amount))
    columns = {name: np.array(moved[name], np.int64).reshape(-1, 2) for name in campaigns}
    return {name: Budget(points[name], (column[:, 0], column[:, 1])) for name, column in columns.items()}
