"""Components and cuts: what may not be together is parted at the weakest bridge, whatever the order."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vinculo.identify.matching import clusters
from vinculo.identify.matching.clusters import Edge

ENDS = st.integers(1, 12)
EDGES = st.lists(
    st.tuples(ENDS, ENDS, st.sampled_from([7.0, 8.5, 12.0, 20.0])).filter(lambda edge: edge[0] < edge[1]),
    max_size=25,
    unique_by=lambda edge: edge[:2],
)


def apart(*pairs: tuple[int, int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def test_records_joined_by_any_path_are_one_component() -> None:
    found = clusters.components(np.array([5, 2, 9]), np.array([7, 5, 11]))

    assert dict(zip(*found.to_pydict().values(), strict=True)) == {2: 2, 5: 2, 7: 2, 9: 9, 11: 9}


def test_no_edges_make_no_components() -> None:
    nobody = np.array([], dtype=np.int64)

    assert clusters.components(nobody, nobody).num_rows == 0


def test_a_chain_to_somebody_else_breaks_at_its_weakest_edge() -> None:
    chain = [Edge(1, 2, 9.0), Edge(2, 3, 20.0), Edge(3, 4, 8.0), Edge(4, 5, 20.0)]

    found = clusters.cut(chain, apart((1, 5)))

    assert found.clusters == [[1, 2, 3], [4, 5]]
    assert found.left_out == [Edge(3, 4, 8.0)]


def test_a_cluster_grows_no_larger_than_allowed() -> None:
    ring = [Edge(number, number + 1, 10.0 + number) for number in range(1, 9)]

    found = clusters.cut(ring, {}, largest=4)

    assert max(map(len, found.clusters)) <= 4


@given(EDGES, st.lists(st.tuples(ENDS, ENDS), max_size=6), st.randoms())
def test_a_cut_keeps_apart_what_must_be_in_any_order(
    edges: list[tuple[int, int, float]], pairs: list[tuple[int, int]], chance: random.Random
) -> None:
    enemies = apart(*[pair for pair in pairs if pair[0] != pair[1]])
    drawn = [Edge(*edge) for edge in edges]
    shuffled = chance.sample(drawn, len(drawn))

    found = clusters.cut(drawn, enemies, largest=5)

    assert clusters.cut(shuffled, enemies, largest=5) == found
    assert all(len(members) <= 5 for members in found.clusters)
    assert not [one for members in found.clusters for one in members if enemies.get(one, set()) & set(members)]
    assert sorted(record for members in found.clusters for record in members) == sorted(
        {end for e in drawn for end in e[:2]}
    )
