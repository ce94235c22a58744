"""A page looked for among many holds the first who pass, in their order, or says that it is not worth looking."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vinculo.measure.records.places import BATCH, Place, walked


@given(
    st.integers(1, 97),
    st.sampled_from([BATCH // 2, BATCH - 1, BATCH, BATCH + 1]),
    st.integers(1, 60),
    st.integers(1, BATCH),
)
def test_the_first_who_pass_are_found(every: int, everybody: int, size: int, piece: int) -> None:
    asked = list[int]()

    def read(_place: Place | None, most: int) -> list[Place]:
        return [Place(number, number) for number in range(min(everybody, most))]

    def passed(ids: Sequence[int]) -> list[int]:
        asked.extend(ids)
        return [number for number in ids if number % every == 0]

    found = walked(read, passed, place=None, size=size, piece=piece)

    passing = [number for number in range(min(everybody, BATCH)) if number % every == 0]
    assert asked == list(range(len(asked)))
    if found is None:
        assert everybody >= BATCH
        assert size > len(passing) or len(asked) < BATCH
    else:
        assert [each.customer_id for each in found] == passing[:size]


def test_where_hardly_anybody_passes_the_rest_is_not_asked() -> None:
    asked = list[int]()

    def read(_place: Place | None, most: int) -> list[Place]:
        return [Place(number, number) for number in range(most)]

    def passed(ids: Sequence[int]) -> list[int]:
        asked.extend(ids)
        return [number for number in ids if number == 0]

    assert walked(read, passed, place=None, size=51, piece=300) is None
    assert len(asked) == 300
