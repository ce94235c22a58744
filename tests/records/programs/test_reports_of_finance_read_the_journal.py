"""A year of postings, reported: every report agrees with the journal, with the others, and with the wallets."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from django.db import transaction
from tests.make import finance as make
from tests.make import programs, store

from vinculo.programs.finance import entries, movements
from vinculo.programs.finance.movements import Rollforward
from vinculo.programs.records.finance import books, breakage, control, journal, owing, selectors
from vinculo.programs.records.finance import services as finance
from vinculo.programs.records.levels import services as levels
from vinculo.programs.records.levels.services import NewLevel, NewTerms
from vinculo.programs.records.models import LevelChange, Lot, Member

END = date(2026, 1, 1)
MONTHS = [*(date(2025, month, 1) for month in range(1, 13)), END]


@pytest.fixture(scope="module")
def the_year(postgresql: None) -> Iterator[make.Year]:
    """Make a year in a database of its own, once for all tests here.

    A point cost more from July on, and fewer points were expected to be redeemed from October on.
    """
    with store.database("year"):
        found = make.a_year(swept=True)
        make.worth(found.unit, date(2024, 1, 1))
        make.worth(found.unit, date(2025, 7, 1), cost=450)
        make.estimated(found.unit, date(2024, 1, 1), "0.9")
        make.estimated(found.unit, date(2025, 10, 1), "0.7")
        yield found


@pytest.fixture
def year(the_year: make.Year) -> Iterator[make.Year]:
    """Return the year; what a test adds to it vanishes."""
    with transaction.atomic():
        yield the_year
        transaction.set_rollback(True)


def test_a_year_reconciles_to_zero_in_every_report(year: make.Year) -> None:
    program = year.program.pk

    (rolled,) = (each.roll for each in selectors.rollforward(program_id=program, since=date(2024, 1, 1), until=END))
    months = [
        each.roll
        for since, until in pairwise(MONTHS)
        for each in selectors.rollforward(program_id=program, since=since, until=until)
    ]
    (owed,) = owing.liability(program_id=program, until=END)
    (aged,) = selectors.ageing(program_id=program, until=END, now=books.midnight(END, "Europe/Madrid"))
    (grown,) = breakage.triangle(program_id=program, until=END)
    found = control.control_totals(program_id=program)

    assert counted(rolled) == by_hand(year)
    assert found.clean
    assert rolled.closing == found.totals[0].wallets == owed.wallets == aged.in_lots + aged.outside_lots
    assert found.totals[0].debts == -owed.owed_by_members == -110
    assert all(each.difference == (0, 0) for each in [rolled, *months])
    assert [each.opening for each in months[1:]] == [each.closing for each in months[:-1]]
    assert [each.opening_minor for each in months[1:]] == [each.closing_minor for each in months[:-1]]
    assert months[-1].closing == rolled.closing
    assert rolled.total("unclassified") == 0
    assert all(rolled.total(line) for line in movements.LINES[:-1])
    redeemed = -rolled.total("redeemed") - rolled.total("restored")
    assert (
        sum(each.pool.redeemed for each in owed.pools) == redeemed == sum(each.cohort.total for each in grown.projected)
    )
    assert sum(each.pool.expired for each in owed.pools) == -rolled.total("expired") - rolled.total("reinstated")
    assert sum(each.cohort.outstanding for each in grown.projected) == owed.outstanding
    lots = Counter({None: 0})
    for expires_on, remaining in Lot.objects.values_list("expires_on", "remaining"):
        lots[expires_on and expires_on.replace(day=1)] += remaining
    assert dict(aged.by_month) == {month: points for month, points in lots.items() if month and points}
    assert sum(bucket.points for bucket in aged.buckets) == aged.in_lots


def test_triangles_of_levels_are_those_of_the_whole_to_the_point(year: make.Year) -> None:
    """Two rose and one fell again; points of June are Silver's though their members are Gold today."""
    program = year.program
    new = levels.NewSet("main", "Main", "Principal", basis="orders")
    made = levels.level_set_open(program_id=program.pk, new=new, now=make.FIRST)
    rungs = [NewLevel(1, "silver", "Silver", "Plata", 1), NewLevel(2, "gold", "Gold", "Oro", 2)]
    levels.terms_publish(level_set_id=made.pk, new=NewTerms(rungs), author="ana", now=make.FIRST)
    ana, luis, *_others = Member.objects.filter(program=program).order_by("pk")
    for member, before, after, on in (
        (ana, 0, 1, date(2025, 3, 5)), (ana, 1, 2, date(2025, 7, 1)), (luis, 0, 2, date(2025, 2, 1)),
        (luis, 2, 1, date(2025, 2, 1)), (luis, 1, 0, date(2025, 9, 9)),
    ):  # fmt: skip
        LevelChange.objects.create(
            level_set=made, member=member, from_rank=before, to_rank=after, cause="reached", happened_on=on,
            recorded_at=make.FIRST, inputs={},
        )  # fmt: skip

    (whole,) = breakage.triangle(program_id=program.pk, until=END)
    found = breakage.triangle_by_level(program_id=program.pk, level_set_id=made.pk, until=END)

    summed: dict[date, list[int]] = {}
    for each in found:
        for cohort in (projected.cohort for projected in each.breakage.projected):
            row = summed.setdefault(cohort.month, [0] * (2 + len(cohort.redeemed)))
            for place, points in enumerate((cohort.issued, cohort.outstanding, *cohort.redeemed)):
                row[place] += points
    assert [each.level for each in found] == ["", "silver", "gold"]
    assert summed == {
        each.cohort.month: [each.cohort.issued, each.cohort.outstanding, *each.cohort.redeemed]
        for each in whole.projected
    }
    silver, gold = ({each.cohort.month for each in of.breakage.projected} for of in found[1:])
    assert min(silver) == date(2025, 2, 1)
    assert max(silver) < date(2025, 9, 30)
    assert min(gold) == date(2025, 7, 1)


def counted(rolled: Rollforward) -> Counter[tuple[str, str]]:
    """Return the points of the lines that a reader can count from the posts."""
    chosen = ("issued", "redeemed", "transferred_in", "corrected")
    return Counter({(line.line, line.by): line.points for line in rolled.lines if line.line in chosen})


def by_hand(year: make.Year) -> Counter[tuple[str, str]]:
    """Return the same from what was posted and answered."""
    found: Counter[tuple[str, str]] = Counter()
    kinds = {outcome.posting_id: (post, outcome) for post, outcome in year.posts}
    for post, outcome in year.posts:
        of, _ = kinds.get(post.refers_to or 0, (post, outcome))
        if outcome.refused:
            continue
        if post.kind == "award":
            found["issued", post.grant_class] += outcome.amount
        elif post.kind == "adjust":
            found["issued" if post.amount > 0 else "corrected", "adjustment" if post.amount > 0 else ""] += post.amount
        elif post.kind in ("spend", "confirm"):
            found["redeemed", of.reward_class] -= outcome.amount
        elif post.kind == "transfer":
            found["transferred_in", ""] += outcome.amount
        elif post.kind == "reverse" and of.kind == "adjust" and of.amount < 0:
            found["corrected", ""] += outcome.amount
    return found


def test_entries_of_the_general_ledger_move_what_is_owed_and_name_their_postings(year: make.Year) -> None:
    program = year.program.pk
    moved: Counter[str] = Counter()
    lines = set()
    for since, until in pairwise([date(2024, 1, 1), *MONTHS[1:]]):
        found = journal.journal(program_id=program, since=since, until=until)
        moved.update(entries.balances([each.entry for each in found]))
        lines |= {each.entry.line for each in found}
        for each in found:
            chosen = {"unit_id": each.head.unit_id, "line": each.entry.line, "grant_class": each.entry.grant_class}
            postings = journal.postings_of(program_id=program, since=since, until=until, **chosen)
            points = sum(-points if line == "taken_back" else points for _, line, points in postings)
            assert (points, len(postings)) == (each.points, each.postings)

    (owed,) = owing.liability(program_id=program, until=END)

    assert -moved[entries.CONTRACT] == owed.contract_minor > 0
    assert -moved[entries.ACCRUED] == owed.accrued_minor > 0
    assert sum(moved.values()) == 0
    assert {entries.DEFERRED, entries.EARNED, entries.TRUED_UP, entries.ACCRUED_MORE, entries.USED} <= lines
    assert 0 < owed.current_minor <= owed.contract_minor + owed.accrued_minor
    change = owed.sensitivity
    assert change.rate_down_minor < owed.contract_minor + owed.accrued_minor < change.rate_up_minor
    assert change.cost_down_minor < owed.contract_minor + owed.accrued_minor < change.cost_up_minor


def test_what_was_paid_is_counted_without_what_was_returned(year: make.Year) -> None:
    paid = Fraction(0)
    bought = {
        outcome.posting_id: (post.details["price_minor"], outcome.amount)
        for post, outcome in year.posts
        if post.grant_class == "purchase" and not outcome.refused
    }
    paid += sum(price for price, _ in bought.values())
    for post, outcome in year.posts:
        if post.refers_to in bought and not outcome.refused and post.kind in ("reverse", "cancel", "timeout"):
            price, points = bought[post.refers_to]
            paid -= Fraction(price * (post.amount or points), points)

    (owed,) = owing.liability(program_id=year.program.pk, until=END)

    # Every day of purchases is rounded once.
    assert sum(each.pool.price_minor for each in owed.pools) == pytest.approx(float(paid), abs=200)


def test_a_purchase_that_is_returned_in_full_leaves_what_is_owed_as_it_was(year: make.Year) -> None:
    """I9, with the price and the points of others in the same pool."""
    program, wallet = year.program, year.wallets[0]
    before = owing.liability(program_id=program.pk, until=END)

    award = programs.post(
        wallet, "award", 333, happened_at=make.FIRST, grant_class="purchase", details={"price_minor": 99_999}
    )
    (given,) = year.post([award], make.FIRST)
    between = owing.liability(program_id=program.pk, until=END)
    for amount in (111, 222):
        post = programs.post(wallet, "reverse", amount, happened_at=make.FIRST, refers_to=given.posting_id)
        year.post([post], make.FIRST)

    assert between != before
    assert owing.liability(program_id=program.pk, until=END) == before


def test_a_campaign_is_held_against_its_budget(year: make.Year) -> None:
    program = year.program.pk
    for points in (10, 50_000):
        finance.budget_set(program_id=program, campaign="spring", points=points, author="eva", now=make.FIRST)

    (found,) = selectors.exposure(program_id=program, on=END)

    assert (found.campaign, found.budget) == ("spring", 50_000)
    assert found.left == 50_000 - found.issued + found.taken_back
    assert found.left == selectors.campaign_left(program_id=program, campaign="spring")
    assert found.maximum_minor == round(Fraction(found.outstanding * 450, 1_000)) > 0
    assert 0 < found.outstanding < found.issued
    assert selectors.campaign_left(program_id=program, campaign="autumn") is None
