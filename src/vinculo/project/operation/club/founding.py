"""Founding: the gift club opened, on the day of the first order, by the services that staff use."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from vinculo.foundation import actor
from vinculo.programs.belonging.referrals import Plan
from vinculo.programs.finance.rates import COST, VALUE, Rate
from vinculo.programs.records.belonging import drafting, referrals
from vinculo.programs.records.finance import services as finance
from vinculo.programs.records.guarantees import published
from vinculo.programs.records.levels import services as levels
from vinculo.programs.records.models import Challenge, Level, Program, Unit
from vinculo.programs.records.rewards import catalogue
from vinculo.programs.records.rules import services as rules
from vinculo.programs.rewards.offers import Price
from vinculo.project.operation.club import terms

CODE = terms.CODE
AUTHOR, SECOND = "demonstration", "second pair of eyes"
ACCOUNTS = {
    "goods_revenue": "4000",
    "points_revenue": "4050",
    "contract_liability": "2150",
    "promotion_cost": "6200",
    "accrued_points": "2160",
    "rewards_used": "5100",
}


def found(*, on: date, currency: str, now: datetime) -> Program:
    """Open the programme with all it promises, in one transaction."""
    with transaction.atomic(), actor.acting(AUTHOR):
        program = Program.objects.create(
            code=terms.CODE, name=terms.NAME, name_es=terms.NAME_ES, currency=currency, zone=terms.ZONE,
            state=Program.State.OPEN, started_on=on, created_at=now,
        )  # fmt: skip
        units = {code: Unit.objects.create(program=program, code=code, **said) for code, said in terms.UNITS.items()}
        write_levels(program, units["status"], now)
        write_rules(program, now)
        write_rewards(program, now)
        for code, draft in terms.GUARANTEES.items():
            made = published.guarantee_create(program_id=program.pk, code=code, draft=draft, now=now)
            published.guarantee_publish(guarantee_id=made.pk, day=on)
        write_belonging(program, units["points"], now)
        write_finance(program, units["points"], on, now)
    return program


def write_levels(program: Program, unit: Unit, now: datetime) -> None:
    """Open the levels: the status points of half a year decide, and who does not confirm one falls by one."""
    new = levels.NewSet("status", "Status", "Estatus", unit_id=unit.pk, window="calendar", months=6)
    made = levels.level_set_open(program_id=program.pk, new=new, now=now)
    said = levels.NewTerms(terms.LEVELS, grace_days=14)
    levels.terms_publish(level_set_id=made.pk, new=said, author=AUTHOR, now=now)


def write_rules(program: Program, now: datetime) -> None:
    """Write the rules, proposed by one and approved by another."""
    for code, ((name, name_es), said, dates) in terms.RULES.items():
        made = rules.rule_draft(
            program_id=program.pk, code=code, name=name, name_es=name_es, definition=said, now=now, dates=dates
        )
        rules.rule_propose(version_id=made.pk, now=now)
        with second():
            rules.rule_approve(version_id=made.pk, now=now)


def write_rewards(program: Program, now: datetime) -> None:
    """Offer the rewards; to some levels for less."""
    for code, (draft, prices) in terms.REWARDS.items():
        made = catalogue.reward_create(program_id=program.pk, code=code, draft=draft, now=now)
        for level, points in prices.items():
            catalogue.price_set(reward_id=made.pk, price=Price(points, level=level))
        catalogue.reward_offer(reward_id=made.pk)
    budget = catalogue.Limit(most=12_000_000, measure="cost", period="year")
    catalogue.limit_set(program_id=program.pk, limit=budget)


def write_belonging(program: Program, unit: Unit, now: datetime) -> None:
    """Open the challenges and the plan for members who bring members."""
    for code, words, said in terms.CHALLENGES:
        begins, ends = said["days"]
        Challenge.objects.create(
            program=program, code=code, unit=unit, state="open", begins_on=begins, ends_on=ends,
            goal=said["goal"], target=said["target"], points=said["points"], **vars(words),
        )  # fmt: skip
    levels_by_code = dict(Level.objects.filter(level_set__program=program).values_list("code", "pk"))
    for code, (words, level, years) in terms.BADGES.items():
        drafting.badge_write(
            program_id=program.pk, code=code, wording=words, level_id=levels_by_code.get(level), years=years
        )
    plan = Plan(rewards=(200, 40), welcome=100, window_days=terms.RETURNS, minimum_minor=2_000, cap=5)
    referrals.plan_open(program_id=program.pk, unit_id=unit.pk, plan=plan, now=now)


def write_finance(program: Program, unit: Unit, on: date, now: datetime) -> None:
    """Say what points cost and are worth, whose they are, and what share of them will be redeemed."""
    finance.books_set(program_id=program.pk, entity="A Gift Shop Ltd", accounts=ACCOUNTS)
    for kind, minor in ((COST, 800), (VALUE, 1_000)):
        finance.rate_set(unit_id=unit.pk, rate=Rate(on, minor), kind=kind, author=AUTHOR, now=now)
    said = finance.Proposal(on, Decimal("0.6"), "First estimate, before there are cohorts to learn from.")
    made = finance.estimate_propose(unit_id=unit.pk, proposal=said, author=AUTHOR, now=now)
    finance.estimate_approve(estimate_id=made.pk, author=SECOND, now=now)
    finance.budget_set(program_id=program.pk, campaign="advent", points=40_000, author=AUTHOR, now=now)


@contextmanager
def second() -> Iterator[None]:
    """Act as somebody else: whoever wrote a rule does not approve it."""
    with actor.acting(SECOND):
        yield
