"""Using up: how much of the limits of rules was used before some orders, which are not counted themselves."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from vinculo.programs.earning.budgets import Budget
from vinculo.programs.earning.caps import Counted, Used
from vinculo.programs.earning.rules import Cap, Rule
from vinculo.programs.records.earning.deeds import Deed
from vinculo.programs.records.finance import selectors as finance
from vinculo.programs.records.models import Program

_OF_MEMBERS = """
SELECT award.rule_id, earning.member_id, (earning.happened_at AT TIME ZONE %(zone)s)::date,
    sum(award.given - award.taken - award.forgiven)
FROM programs_earning AS earning JOIN programs_earnedaward AS award ON award.earning_id = earning.id
WHERE earning.program_id = %(program)s AND earning.member_id = ANY(%(members)s) AND award.rule_id = ANY(%(rules)s)
    AND NOT earning.id = ANY(%(without)s)
GROUP BY earning.id, award.rule_id, earning.member_id, 3
"""
_BUDGETS = """
INSERT INTO programs_ruleday (rule_id, day, points, times)
SELECT award.rule_id, (earning.happened_at AT TIME ZONE %(zone)s)::date,
    sum(award.given - award.taken - award.forgiven),
    count(DISTINCT earning.id) FILTER (WHERE award.given > award.taken + award.forgiven)
FROM programs_earnedaward AS award JOIN programs_earning AS earning ON earning.id = award.earning_id
WHERE award.rule_id = ANY(%(rules)s) GROUP BY 1, 2 ON CONFLICT DO NOTHING
"""
_OF_ALL = "SELECT rule_id, day, points, times FROM programs_ruleday WHERE rule_id = ANY(%s)"
_WITHOUT = """
SELECT award.rule_id, (earning.happened_at AT TIME ZONE %(zone)s)::date,
    sum(award.given - award.taken - award.forgiven)
FROM programs_earnedaward AS award JOIN programs_earning AS earning ON earning.id = award.earning_id
WHERE earning.id = ANY(%(without)s) AND award.rule_id = ANY(%(rules)s) GROUP BY earning.id, award.rule_id, 2
"""
_OF_CAMPAIGN = """
SELECT coalesce(sum(award.given - award.taken), 0) FROM programs_earnedaward AS award
JOIN programs_posting AS posting ON posting.id = award.posting_id
WHERE award.earning_id = ANY(%(without)s) AND posting.campaign = %(campaign)s
"""
_COUNT = """
INSERT INTO programs_ruleday AS kept (rule_id, day, points, times)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::bigint[], %s::bigint[])
ON CONFLICT (rule_id, day) DO UPDATE SET points = kept.points + excluded.points, times = kept.times + excluded.times
"""


def with_budget(rules: Sequence[Rule]) -> list[int]:
    """Return the rules that have a limit for all members together."""
    return sorted({rule.id for rule in rules if any(cap.scope == "program" for cap in rule.caps)})


def used(program: Program, rules: Sequence[Rule], changed: Sequence[Deed], without: Sequence[int]) -> Used:
    """Return what limits were used up by what was given before, some earnings left out."""
    found = Used()
    limited = [rule for rule in rules if any(cap.scope == "member" for cap in rule.caps)]
    facts = {"program": program.pk, "zone": program.zone, "without": list(without)}
    if limited:
        ids = sorted({rule.id for rule in limited})
        rows = fetched(_OF_MEMBERS, {**facts, "rules": ids, "members": sorted({deed.member_id for deed in changed})})
        count(
            found,
            limited,
            "member",
            [(rule, member, day, int(points), points > 0) for rule, member, day, points in rows],
        )
    budgets = with_budget(rules)
    if budgets:
        fill(program, budgets)
        rows = [(rule, 0, day, points, times) for rule, day, points, times in fetched(_OF_ALL, [budgets])]
        away = fetched(_WITHOUT, {**facts, "rules": budgets})
        rows += [(rule, 0, day, -int(points), -(points > 0)) for rule, day, points in away]
        count(found, [rule for rule in rules if rule.id in budgets], "program", rows)
    for campaign in campaigns(program.pk, rules):
        left = finance.campaign_left(program_id=program.pk, campaign=campaign)
        ((own,),) = fetched(_OF_CAMPAIGN, {**facts, "campaign": campaign})
        found.left[campaign] = Budget((left or 0) + int(own))
    return found


def campaigns(program_id: int, rules: Sequence[Rule]) -> list[str]:
    """Return the campaigns of rules that have a budget."""
    named = {rule.campaign for rule in rules if rule.campaign}
    return sorted(named & set(finance.budgets_of(program_id))) if named else []


def alone(program_id: int, rules: Sequence[Rule]) -> bool:
    """Tell whether two orders at once could both find the same rest of a budget."""
    return bool(with_budget(rules) or campaigns(program_id, rules))


def fetched(query: str, values: Any) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def fill(program: Program, budgets: Sequence[int]) -> None:
    """Begin to count the days of rules that have a budget for the first time."""
    known = {
        rule for (rule,) in fetched("SELECT DISTINCT rule_id FROM programs_ruleday WHERE rule_id = ANY(%s)", [budgets])
    }
    fresh = [rule for rule in budgets if rule not in known]
    if fresh:
        with connection.cursor() as cursor:
            cursor.execute(_BUDGETS, {"zone": program.zone, "rules": fresh})


def count(found: Used, rules: Sequence[Rule], scope: str, rows: Sequence[tuple[int, int, date, int, int]]) -> None:
    """Add rows (rule, member, day, points, times) up by the limits they are under."""
    by_rule: dict[int, list[tuple[int, int, date, int, int]]] = defaultdict(list)
    for row in rows:
        by_rule[row[0]].append(row)
    for rule in rules:
        for place, cap in enumerate(rule.caps):
            # The period of an order is the order itself, which is not among what was given before.
            if cap.scope != scope or cap.period == "order":
                continue
            counted: Counted = {}
            for _rule, member, day, points, times in by_rule[rule.id]:
                key = (member, period(cap, day))
                counted[key] = counted.get(key, 0) + (points if cap.times is None else int(times))
            found.by_cap[rule.id, place] = counted


def period(cap: Cap, day: date) -> int:
    """Return the number of the period a day lies in, as `history.periods` numbers them."""
    if cap.period == "ever":
        return 0
    days = (day - date(1970, 1, 1)).days
    if cap.period == "day":
        return days
    if cap.period == "week":
        return (days + 3) // 7
    months = day.year * 12 + day.month - 1 - 1970 * 12
    return months // {"month": 1, "quarter": 3, "year": 12}[cap.period]


def first_day(name: str, day: date) -> date:
    """Return the first day of the period a day lies in, as `period` numbers them.

    >>> [first_day(name, date(2026, 11, 28)).isoformat() for name in ("day", "week", "month", "quarter", "year")]
    ['2026-11-28', '2026-11-23', '2026-11-01', '2026-10-01', '2026-01-01']
    """
    if name == "ever":
        return date(1970, 1, 1)
    if name == "day":
        return day
    if name == "week":
        return day - timedelta(day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[name]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def note(rows: Sequence[tuple[int, date, int, int]]) -> None:
    """Count what rules with a budget gave, or what was taken back (rule, day, points, times)."""
    summed: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
    for rule, day, points, times in rows:
        summed[rule, day][0] += points
        summed[rule, day][1] += times
    if summed:
        keys = sorted(summed)
        columns: list[Any] = [[key[0] for key in keys], [key[1] for key in keys]]
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [*columns, [summed[key][0] for key in keys], [summed[key][1] for key in keys]])
