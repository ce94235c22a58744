"""New records against existing ones end where matching everything at once does, in whatever order they come."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.make import matching as make

from vinculo.foundation.errors import InputError
from vinculo.identify.matching import fields

PLAN = st.tuples(
    st.integers(0, 10_000),
    st.lists(st.integers(1, 119), min_size=1, max_size=3, unique=True).map(sorted),
    st.lists(st.integers(0, 119), max_size=10, unique=True),
)


def crowded(seed: int) -> list[make.Row]:
    """Return a base in which some values are shared by so many that arrivals push them over the limit."""
    rows, _ = make.base_of(120, seed)
    for row in rows[: fields.LIMIT + 3]:
        row["email"] = "caja@tienda.es"
    for row in rows[40 : 41 + fields.LIMIT]:
        row["phone"] = "+34911222333"
    return rows


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLAN, st.randoms(use_true_random=False))
def test_batch_and_increments_in_any_order_agree(
    tmp_path_factory: pytest.TempPathFactory, plan: tuple[int, list[int], list[int]], chance: object
) -> None:
    seed, cuts, gone = plan
    rows = crowded(seed)
    ids = [row["record_id"] for row in rows]
    said = make.assertions((ids[0], ids[50], "same"), (ids[1], ids[2], "different"), (ids[7], ids[90], "same"))
    order = chance.sample(rows, len(rows))  # type: ignore[attr-defined] # a Random
    folder = tmp_path_factory.mktemp("matched")

    make.match(order[: cuts[0]], keep=folder / "0")
    for step, (start, end) in enumerate(zip(cuts, [*cuts[1:], len(order)], strict=True), start=1):
        found = make.match_new(
            order[start:end], folder / str(step - 1), folder / str(step), said=said if step > 1 else None
        )
    left = [row for row in rows if row["record_id"] not in {ids[place] for place in gone}]
    last = make.match_new(
        [], folder / str(len(cuts)), folder / "last", said=said, removed=[ids[place] for place in gone]
    )

    assert found.cluster.keys() == set(ids)
    assert last.state == make.match(left, said=said).state


def test_a_changed_record_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    rows = crowded(5)
    changed = rows[3] | {"given_name": "Berta", "email": "berta@casa.es", "birth_date": None}
    make.match(rows, keep=tmp_path / "before")

    found = make.match_new([changed], tmp_path / "before", tmp_path / "after")

    assert found.state == make.match([*rows[:3], changed, *rows[4:]]).state


def test_nothing_new_changes_nothing(tmp_path: Path) -> None:
    rows = crowded(6)
    before = make.match(rows, keep=tmp_path / "before")

    assert make.match_new([], tmp_path / "before", tmp_path / "after").state == before.state
    again = make.match_new(rows[:50], tmp_path / "after", tmp_path / "last")
    assert (again.state, again.changed) == (before.state, set())


def test_another_model_is_refused(tmp_path: Path) -> None:
    make.match(make.base_of(200, 8)[0], keep=tmp_path / "before")

    with pytest.raises(InputError, match="match all of them again"):
        make.match_new([], tmp_path / "before", tmp_path / "after", known=make.shipped(records=9_999))
