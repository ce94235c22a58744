"""Clusters: connected components, cut where two records may not be together or where a cluster grew too large.

Strongest edges join first. An edge that would bring together two records that may not be together, or more records than
one customer has, is left out: so a chain breaks at its weakest bridge. What is left out goes to a steward. The result
depends on the edges of a component alone, not on their order.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

LARGEST = 20
"""Records of one customer: more than that are a chain of errors until a steward says otherwise."""
WHOLE = 200
"""Components above this are cut to size first: looking at all their pairs would cost too much."""


class Edge(NamedTuple):
    """Two records that match, the first with the lower id; asserted ones have no end of weight."""

    left: int
    right: int
    weight: float


class Cut(NamedTuple):
    """The clusters of one component, and the edges that were left out."""

    clusters: list[list[int]]
    left_out: list[Edge]


def components(left: NDArray[np.int64], right: NDArray[np.int64]) -> pa.Table:
    """Return the component of every record that has an edge: the lowest id of its records."""
    ids, codes = np.unique(np.concatenate((left, right)), return_inverse=True)
    if not len(ids):
        return pa.table({"record_id": pa.array([], pa.int64()), "component_id": pa.array([], pa.int64())})
    ends = codes.reshape(2, -1)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (ends[0], ends[1])), shape=(len(ids), len(ids)))
    _, labels = connected_components(graph, directed=False)
    lowest = np.full(labels.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(lowest, labels, ids)
    return pa.table({"record_id": ids, "component_id": lowest[labels]})


def cut(edges: Iterable[Edge], apart: Mapping[int, set[int]], *, largest: int = LARGEST) -> Cut:
    """Cut one component into clusters; `apart` says of a record with which others it may not be.

    >>> cut([Edge(1, 2, 20.0), Edge(2, 3, 8.0), Edge(3, 4, 15.0)], {1: {4}, 4: {1}})
    Cut(clusters=[[1, 2], [3, 4]], left_out=[Edge(left=2, right=3, weight=8.0)])
    """
    ordered = sorted(edges, key=lambda edge: (-edge.weight, edge.left, edge.right))
    clusters = {end: {end} for edge in ordered for end in (edge.left, edge.right)}
    left_out: list[Edge] = []
    for edge in ordered:
        one, other = clusters[edge.left], clusters[edge.right]
        if one is other:
            continue
        small, large = sorted((one, other), key=len)
        if len(one) + len(other) > largest or any(apart.get(record, _NOBODY) & large for record in small):
            left_out.append(edge)
            continue
        large |= small
        for record in small:
            clusters[record] = large
    found = sorted({id(members): sorted(members) for members in clusters.values()}.values())
    return Cut(found, [edge for edge in left_out if clusters[edge.left] is not clusters[edge.right]])


_NOBODY: set[int] = set()
