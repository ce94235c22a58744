"""Codes: goods, countries, channels and segments as small integers while lines are counted, as texts again after."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

Integers = NDArray[np.int64]

LINE_BITS = 62
"""Bits of the integer a line becomes; one more is the sign."""


@dataclass(frozen=True)
class Codes:
    """What each code stands for; code 0 is unknown everywhere."""

    product_ids: pa.Array
    """By goods code; null for unknown goods and for goods known by category only."""
    product_names: pa.Array
    is_product: NDArray[np.bool_]
    category_of_goods: Integers
    categories: pa.Array
    """By category code, in alphabetical order."""
    countries: pa.Array
    channels: pa.Array
    segments: pa.Array

    @property
    def goods_bits(self) -> int:
        """Return the bits that hold any goods code."""
        return len(self.is_product).bit_length()

    @property
    def channel_bits(self) -> int:
        """Return the bits that hold any channel code."""
        return len(self.channels).bit_length()

    @property
    def mark_bits(self) -> int:
        """Return the bits left for the mark that copies of a line share."""
        return LINE_BITS - self.goods_bits - self.channel_bits


def assign(engine: Engine) -> Codes:
    """Give every kind of goods and every country, channel and segment of `order_lines` a code.

    Leaves the tables `goods_codes` and `place_codes` in the engine for `day_parts.sql`.
    """
    engine.materialise("goods_codes", queries.load(__package__, "goods"))
    engine.materialise("place_codes", queries.load(__package__, "places"))
    goods = engine.rows("SELECT * FROM goods_codes ORDER BY goods_code")
    places = engine.rows("SELECT * FROM place_codes ORDER BY dimension, code")
    product_ids = after_unknown(goods["product_id"])
    categories, category_of_goods = numbered(after_unknown(goods["category"]))
    return Codes(
        product_ids=product_ids,
        product_names=after_unknown(goods["product_name"]),
        is_product=product_ids.is_valid().to_numpy(zero_copy_only=False),
        category_of_goods=category_of_goods,
        categories=categories,
        countries=names(places, "country"),
        channels=names(places, "channel"),
        segments=names(places, "segment"),
    )


def after_unknown(column: pa.ChunkedArray) -> pa.Array:
    """Put a null in front, so that code 1 finds the first text."""
    return pa.concat_arrays([pa.array([None], pa.string()), *column.cast(pa.string()).chunks])


def numbered(texts: pa.Array) -> tuple[pa.Array, Integers]:
    """Number distinct texts in alphabetical order from 1; null is 0. Return the texts by number, and the numbers."""
    distinct = sorted(text for text in texts.unique().to_pylist() if text is not None)
    named = pa.array([None, *distinct], pa.string())
    numbers = pa.compute.fill_null(pa.compute.index_in(texts, named, skip_nulls=True), 0)
    return named, numbers.to_numpy().astype(np.int64)


def names(places: pa.Table, dimension: str) -> pa.Array:
    """Return the names of one dimension by code."""
    return after_unknown(places.filter(pa.compute.field("dimension") == dimension)["name"])


def texts(named: pa.Array, codes: Integers) -> pa.DictionaryArray:
    """Return the texts of codes; code 0 is null."""
    indices = pa.array(codes.astype(np.int32), mask=codes == 0)
    return pa.DictionaryArray.from_arrays(indices, pa.compute.fill_null(named, ""))


def mode(owners: Integers, codes: Integers, *, owner_count: int, code_count: int) -> tuple[Integers, Integers]:
    """Return for each owner the code he has most often (ties: the smallest) and how many distinct codes he has.

    Code 0 is unknown and never counts; an owner without known codes has code 0 and 0 distinct.

    >>> mode(np.array([0, 0, 0, 1]), np.array([2, 1, 2, 0]), owner_count=2, code_count=3)
    (array([2, 0]), array([2, 0]))
    """
    if code_count * owner_count <= max(8 * len(codes), 1024):
        cells = np.bincount(owners * code_count + codes, minlength=owner_count * code_count)
        table = cells.reshape(owner_count, code_count)
        table[:, 0] = 0
        most = table.argmax(axis=1)
        return most, np.count_nonzero(table, axis=1)
    known = codes > 0
    pairs, counts = np.unique(owners[known] * code_count + codes[known], return_counts=True)
    return mode_of_counts(pairs // code_count, pairs % code_count, counts, owner_count=owner_count)


def mode_of_counts(
    owners: Integers, codes: Integers, counts: Integers, *, owner_count: int
) -> tuple[Integers, Integers]:
    """Return each owner's most frequent code and his number of codes, from counts sorted by owner and code."""
    most = np.zeros(owner_count, np.int64)
    distinct = np.bincount(owners, minlength=owner_count)
    if len(owners):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        highest = int(codes.max())
        best = np.maximum.reduceat(counts * (highest + 1) + (highest - codes), starts)
        most[owners[starts]] = highest - best % (highest + 1)
    return most, distinct
