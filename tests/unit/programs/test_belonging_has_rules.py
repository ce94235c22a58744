"""Belonging: laws of challenges, streaks, referrals, votes, early access and recognition."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.programs.belonging import access, ballots, recognition, referrals, streaks
from vinculo.programs.belonging.challenges import Challenge, ChallengeError, Deed
from vinculo.programs.belonging.recognition import Kind, Occasion
from vinculo.programs.belonging.referrals import REASONS, Plan, PlanError, Signals
from vinculo.programs.belonging.streaks import Every

FIRST = date(2024, 1, 1)
days = st.dates(FIRST, date(2025, 12, 31))
every = st.sampled_from([*Every])
MARCH = Challenge(10, date(2024, 3, 1), date(2024, 3, 31))


@given(st.lists(st.builds(Deed, days, st.integers(1, 9))), st.randoms(use_true_random=False))
def test_progress_does_not_depend_on_the_order_in_which_things_become_known(deeds: list[Deed], random: object) -> None:
    shuffled = list(deeds)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # as Hypothesis gives it

    one, other = (MARCH.progress(found, joined_on=FIRST, as_of=date(2024, 12, 31)) for found in (deeds, shuffled))

    assert (one.done, one.reached_on) == (other.done, other.reached_on)
    assert (one.reached_on is not None) == (one.done >= 10)


def test_what_was_done_before_joining_or_after_the_end_does_not_count() -> None:
    deeds = [Deed(date(2024, 3, 9), 9), Deed(date(2024, 3, 10), 4), Deed(date(2024, 4, 1), 9)]

    progress = MARCH.progress(deeds, joined_on=date(2024, 3, 10), as_of=date(2024, 4, 30))

    assert (progress.done, progress.reached_on, progress.share) == (4, None, 0.4)


@pytest.mark.parametrize(("target", "ends"), [(0, date(2024, 3, 2)), (1, date(2024, 2, 29))])
def test_a_challenge_can_be_done(target: int, ends: date) -> None:
    with pytest.raises(ChallengeError):
        Challenge(target, date(2024, 3, 1), ends)


@given(st.lists(days, max_size=30), every, st.integers(0, 3))
def test_streaks_part_the_steps_among_them(found: list[date], each: Every, grace: int) -> None:
    runs = streaks.runs(found, every=each, grace=grace)

    assert sorted(day for run in runs for day in run.days) == [
        min(day for day in found if streaks.step(day, each) == number)
        for number in sorted({streaks.step(day, each) for day in found})
    ]
    assert all(run.missed <= grace for run in runs)
    assert runs == streaks.runs(reversed(found), every=each, grace=grace)


@given(st.lists(days, min_size=1, max_size=30), every, st.integers(0, 3), days)
def test_a_streak_can_be_continued_until_the_day_it_says(
    found: list[date], each: Every, grace: int, as_of: date
) -> None:
    last = max(found)
    runs = streaks.runs(found, every=each, grace=grace)
    until = streaks.ends_after(runs[-1], every=each, grace=grace)

    goes_on = streaks.current(runs, every=each, grace=grace, as_of=max(as_of, last))

    assert (goes_on is not None) == (max(as_of, last) <= until)
    assert streaks.runs([*found, until], every=each, grace=grace)[-1].length >= runs[-1].length
    assert streaks.runs([*found, until + timedelta(days=1)], every=each, grace=grace)[-1].length == 1


trees = st.lists(st.integers(0, 10**6), max_size=40).map(
    lambda draws: {member: 1 + draw % (member - 1) for member, draw in enumerate(draws, 2)}
)


@given(trees, st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(0, 300), st.integers(1, 3), st.data())
def test_a_referral_never_costs_more_than_the_plan_says(
    tree: dict[int, int], rewards: list[int], welcome: int, cap: int, data: st.DataObject
) -> None:
    plan = Plan(tuple(rewards), welcome=welcome, cap=cap)
    given_before: dict[int, int] = {}

    for referee in data.draw(st.permutations(sorted(tree))):
        above = referrals.chain(tree, referee, len(rewards))
        found = referrals.payouts(plan, referee, above, given_before)
        for payout in found[bool(welcome) :]:
            given_before[payout.member_id] = given_before.get(payout.member_id, 0) + 1

        assert sum(payout.points for payout in found) <= plan.most
        assert referee not in above
        assert above == sorted(above, reverse=True)
        assert len({payout.member_id for payout in found}) == len(found)
    assert all(times <= cap for times in given_before.values())


def test_a_chain_ends_even_where_somebody_wrote_a_circle() -> None:
    assert referrals.chain({3: 2, 2: 3}, 3, depth=9) == [2]


@given(st.frozensets(st.sampled_from(sorted(set(REASONS) - {"velocity"}))), st.integers(0, 9))
def test_whatever_speaks_against_a_referral_is_said(shared: frozenset[str], recent: int) -> None:
    found = referrals.reasons(Plan((10,), velocity=5), Signals(shared, recent))

    assert set(found) - {"velocity"} == shared
    assert ("velocity" in found) == (recent > 5)


@pytest.mark.parametrize(
    "fields", [{"rewards": ()}, {"rewards": (-1,)}, {"rewards": (1,) * 11}, {"rewards": (1,), "cap": 0}]
)
def test_plans_that_make_no_sense_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        Plan(**fields)  # type: ignore[arg-type] # as the case says it


@given(st.dictionaries(st.integers(1, 6), st.integers(0, 50)))
def test_every_vote_is_counted_and_equal_answers_lead_together(votes: dict[int, int]) -> None:
    results = ballots.tally([1, 2, 3, 4, 5, 6], votes)

    assert {each.option_id: each.votes for each in results if each.votes} == {
        key: got for key, got in votes.items() if got
    }
    assert sum(each.share for each in results) == pytest.approx(1.0 if sum(votes.values()) else 0.0)
    assert all(each.leads == (each.votes == results[0].votes > 0) for each in results)


@given(st.dictionaries(st.integers(1, 5), days), days, st.integers(0, 5))
def test_a_higher_level_never_waits_longer(by_rank: dict[int, date], public_on: date, rank: int) -> None:
    assert access.opens_on(public_on, by_rank, rank + 1) <= access.opens_on(public_on, by_rank, rank) <= public_on


def test_whoever_joined_with_the_first_purchase_is_thanked_once() -> None:
    day = date(2023, 5, 4)
    year = {"birth_on": None, "begins": date(2024, 5, 1), "ends": date(2024, 5, 31)}

    both = recognition.occasions(first_purchase_on=day, joined_on=day, **year)
    apart = recognition.occasions(first_purchase_on=day, joined_on=date(2023, 5, 5), **year)

    assert [each.kind for each in both] == ["customer"]
    assert [each.kind for each in apart] == ["customer", "member"]


def test_occasions_come_back_every_year_also_for_those_born_on_a_leap_day() -> None:
    found = recognition.occasions(
        first_purchase_on=date(2014, 3, 5),
        joined_on=date(2023, 3, 1),
        birth_on=date(1980, 2, 29),
        begins=date(2024, 2, 1),
        ends=date(2025, 3, 1),
    )

    assert found == [
        Occasion(date(2024, 2, 29), Kind.BIRTHDAY, 44),
        Occasion(date(2024, 3, 1), Kind.MEMBER, 1),
        Occasion(date(2024, 3, 5), Kind.CUSTOMER, 10),
        Occasion(date(2025, 2, 28), Kind.BIRTHDAY, 45),
        Occasion(date(2025, 3, 1), Kind.MEMBER, 2),
    ]
    assert [str(recognition.words(each)) for each in found[:3]] == [
        "Birthday",
        "Member for 1 year",
        "Customer for 10 years",
    ]
