"""Customer ids through runs: kept, merged, split, moved, new; a run without change says nothing."""

import random

from hypothesis import given
from hypothesis import strategies as st

from vinculo.identify.matching import resolution
from vinculo.identify.matching.resolution import Changes, Merged, Moved, Split, Standing

MEMBERSHIPS = st.dictionaries(st.integers(1, 15), st.integers(100, 106), max_size=15)


def groups(membership: dict[int, int]) -> list[set[int]]:
    return [{record for record, at in membership.items() if at == group} for group in set(membership.values())]


def test_a_record_never_seen_before_is_a_new_customer() -> None:
    found = resolution.compare({1: 100}, [{1}, {2, 3}])

    assert found == Changes(kept={100: (1,)}, new=((2, 3),))


def test_a_record_that_comes_to_a_customer_joins_it() -> None:
    assert resolution.compare({1: 100}, [{1, 2}]).joined == ((100, (2,)),)


def test_the_customer_with_most_records_survives() -> None:
    assert resolution.compare({1: 100, 2: 200, 3: 200}, [{1, 2, 3}]).merged == (Merged(100, 200),)


def test_a_pinned_customer_survives_against_more_records() -> None:
    found = resolution.compare({1: 100, 2: 200, 3: 200}, [{1, 2, 3}], Standing(pinned={100}))

    assert found.merged == (Merged(200, 100),)


def test_of_equals_the_oldest_survives_and_then_the_lowest_id() -> None:
    since = Standing(since={1: 20_240_101, 2: 20_230_101})

    assert resolution.compare({1: 100, 2: 200}, [{1, 2}], since).merged == (Merged(100, 200),)
    assert resolution.compare({1: 200, 2: 100}, [{1, 2}]).merged == (Merged(100, 200),)
    same = Standing(since={1: 1, 2: 1})
    assert resolution.compare({1: 200, 2: 100}, [{1, 2}], same).merged == (Merged(100, 200),)


def test_after_a_split_the_id_stays_with_most_records_or_the_pinned_one() -> None:
    old = dict.fromkeys((1, 2, 3), 100)

    assert resolution.compare(old, [{1}, {2, 3}]).split == (Split((100,), (1,)),)
    pinned = resolution.compare(old, [{1}, {2, 3}], Standing(pinned_records={1}))
    assert (pinned.kept, pinned.split) == ({100: (1,)}, (Split((100,), (2, 3)),))


def test_records_may_move_between_customers_that_both_stay() -> None:
    old = {1: 100, 2: 100, 3: 100, 4: 200, 5: 200}

    found = resolution.compare(old, [{1, 2}, {3, 4, 5}])

    assert found == Changes(kept={100: (1, 2), 200: (3, 4, 5)}, moved=(Moved(100, 200, (3,)),))


def test_a_customer_without_records_is_emptied() -> None:
    assert resolution.compare({1: 100, 2: 200}, [{1}]).emptied == (200,)


@given(MEMBERSHIPS)
def test_a_run_without_change_says_nothing(membership: dict[int, int]) -> None:
    assert resolution.compare(membership, groups(membership)).nothing


@given(MEMBERSHIPS, st.randoms())
def test_the_order_of_clusters_does_not_matter(membership: dict[int, int], chance: random.Random) -> None:
    other = {record: chance.randrange(4) for record in range(1, 16)}
    parts = groups(other)

    assert resolution.compare(membership, chance.sample(parts, len(parts))) == resolution.compare(membership, parts)


@given(MEMBERSHIPS, MEMBERSHIPS)
def test_what_changed_is_told_once_and_settles(membership: dict[int, int], other: dict[int, int]) -> None:
    found = resolution.compare(membership, groups(other))

    after = {record: customer for customer, records in found.kept.items() for record in records}
    for number, records in enumerate([*found.new, *(split.records for split in found.split)]):
        after |= dict.fromkeys(records, 1_000 + number)
    assert after.keys() == other.keys()
    assert resolution.compare(after, groups(other)).nothing
    assert not {merged.loser for merged in found.merged} & set(after.values())


@given(MEMBERSHIPS, st.integers(100, 106), st.integers(100, 106))
def test_merge_then_unmerge_is_the_state_before(membership: dict[int, int], one: int, other: int) -> None:
    before = groups(membership)
    merged = {record: one if customer == other else customer for record, customer in membership.items()}
    found = resolution.compare(membership, groups(merged))
    between = {record: customer for customer, records in found.kept.items() for record in records}

    back = resolution.compare(between, before, Standing(former=membership))

    after = {record: customer for customer, records in back.kept.items() for record in records}
    for split in back.split:
        assert split.revived is not None
        after |= dict.fromkeys(split.records, split.revived)
    # The survivor's id may stay with the other part, if that is larger: then the ids have changed places.
    assert {frozenset(group) for group in groups(after)} == {frozenset(group) for group in before}
    assert set(after.values()) == set(membership.values())
