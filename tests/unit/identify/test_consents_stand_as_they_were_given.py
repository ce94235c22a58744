"""What a log of answers adds up to; the most restrictive survives a merge, and no merge wakes a consent up."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.identify.consents import standing
from vinculo.identify.consents.standing import EXPIRED, GIVEN, SILENT, WITHDRAWN, Answer, Standing

START = datetime(2024, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=40)
TOPIC = ("marketing", "email")
MEMBERS = (1, 2, 3, 4)
UNHURRIED = settings(deadline=None)
"""Speed is looked at elsewhere."""


def answer(
    customer_id: int = 1, action: str = GIVEN, day: int = 0, *, number: int = 0, origin: str = "web", **more: object
) -> Answer:
    moment = START + timedelta(days=day)
    return Answer(customer_id, *TOPIC, action, moment, moment, number=number, origin=origin, **more)  # type: ignore[arg-type]


def standing_of(answers: Sequence[Answer], *ids: int, now: datetime = NOW) -> Standing:
    return standing.standings(answers, customer_ids=ids or (1,), now=now).get(TOPIC, Standing())


def logs() -> st.SearchStrategy[list[Answer]]:
    entry = st.builds(
        answer,
        customer_id=st.sampled_from(MEMBERS),
        action=st.sampled_from((GIVEN, WITHDRAWN, EXPIRED)),
        day=st.integers(0, 45),
        number=st.integers(0, 9),
        origin=st.sampled_from(("web", "shop", "")),
        expires_on=st.none() | st.dates(START.date(), START.date() + timedelta(days=60)),
        covers=st.frozensets(st.sampled_from(MEMBERS)),
    )
    return st.lists(entry, max_size=14)


def test_who_never_answered_is_not_contactable() -> None:
    assert (standing_of([]).state, standing_of([]).contactable) == (SILENT, False)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([answer()], GIVEN),
        ([answer(), answer(action=WITHDRAWN, day=1)], WITHDRAWN),
        ([answer(action=WITHDRAWN), answer(day=1)], GIVEN),
        ([answer(action=WITHDRAWN, day=1), answer(day=0, number=9)], WITHDRAWN),
        ([answer(), answer(action=WITHDRAWN)], WITHDRAWN),
        ([answer(expires_on=date(2024, 2, 1))], EXPIRED),
        ([answer(origin=" ")], SILENT),
        ([answer(day=41)], SILENT),
    ],
    ids=["given", "withdrawn", "anew", "said_late", "same_moment", "past_its_day", "no_origin", "of_tomorrow"],
)
def test_the_last_answer_holds(said: list[Answer], state: str) -> None:
    assert standing_of(said).state == state


def test_a_consent_holds_through_its_last_day() -> None:
    until = answer(expires_on=date(2024, 2, 10))

    held = [standing_of([until], now=datetime(2024, 2, day, 23, tzinfo=UTC)).state for day in (10, 11)]

    assert held == [GIVEN, EXPIRED]


def test_who_said_nothing_lends_no_address() -> None:
    assert standing_of([answer(1)], 1, 2).reached == {1}


def test_a_consent_given_as_one_customer_holds_while_they_are_one() -> None:
    log = [answer(2, WITHDRAWN, 1), answer(1, GIVEN, 2, covers=frozenset({2}))]

    assert standing_of(log, 1, 2).reached == {1}
    assert standing_of(log, 2).state == WITHDRAWN
    assert standing_of([*log, answer(2, WITHDRAWN, 3)], 1, 2).state == WITHDRAWN


@UNHURRIED
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_and_members_come_does_not_matter(log: list[Answer], random: object) -> None:
    unique = [answer_ for number, answer_ in enumerate(log) if answer_ not in log[:number]]
    mixed, ids = list(unique), list(MEMBERS)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(ids)  # type: ignore[attr-defined]

    one, other = standing_of(unique, *MEMBERS), standing_of(mixed, *ids)

    assert (one.state, one.reached) == (other.state, other.reached)


@UNHURRIED
@given(logs(), st.sets(st.sampled_from(MEMBERS), min_size=1), st.sets(st.sampled_from(MEMBERS), min_size=1))
def test_a_merge_reaches_nobody_who_could_not_be_reached_before(
    log: list[Answer], some: set[int], others: set[int]
) -> None:
    merged = standing_of(log, *some, *others)

    assert merged.reached <= standing_of(log, *some).reached | standing_of(log, *others).reached


@UNHURRIED
@given(logs(), st.sets(st.sampled_from(MEMBERS), min_size=2))
def test_the_most_restrictive_survives_unless_it_was_answered_anew_for_all(log: list[Answer], ids: set[int]) -> None:
    plain = [each for each in log if not each.covers]

    merged, alone = standing_of(plain, *ids), [standing_of(plain, each) for each in ids]

    strictest = max((each.state for each in alone), key=standing.STRICTEST.__getitem__)
    assert merged.state == strictest
    assert merged.contactable == (strictest == GIVEN)


@UNHURRIED
@given(logs(), st.permutations(MEMBERS))
def test_each_further_member_can_only_restrict_who_is_reached_already(log: list[Answer], ids: list[int]) -> None:
    plain = [each for each in log if not each.covers]
    steps = [standing_of(plain, *ids[: size + 1]) for size in range(len(ids))]

    for before, after in pairwise(steps):
        if before.state in (WITHDRAWN, EXPIRED):
            assert not after.contactable
