"""A batch: whole customers with their days and the goods of their lines, as flat arrays.

`Parts` is what the engine counted for one bucket of customers, in any order. A batch is cut from it in order of
customer and day. Customers are numbered from 0 within a batch; every `owners` array holds that number.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.profile import codes as coding
from vinculo.differentiate.profile.codes import Codes

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_HOUR = -1
_INTEGERS = ("net_minor", "discount_minor", "cost_minor")
# Odd multipliers near 2^64 divided by the golden ratio: they spread marks and rows over the high bits.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SPREAD_ROW = np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True)
class Parts:
    """One row a customer, day and kind (sale or return), in the order of the engine."""

    customers: pa.Array
    days: Integers
    """Days since 1970-01-01."""
    returned: NDArray[np.bool_]
    columns: dict[str, NDArray[Any]]
    line_starts: Integers
    line_counts: Integers
    lines: Integers
    """One integer a line: see `day_parts.sql`."""


@dataclass(frozen=True)
class Days:
    """One row a customer day."""

    owners: Integers
    days: Integers
    sale_lines: Integers
    return_lines: Integers
    quantity: Floats
    discount: Integers
    sales: Integers
    returns: Integers
    cost: Integers
    hour: Integers
    """Hour of the first sale, `NO_HOUR` on days without a sale."""
    category: Integers
    """Code of the category bought most that day; 0 when unknown, or when the customer has too few days to judge."""


@dataclass(frozen=True)
class Goods:
    """One row a customer and kind of goods bought, in order of customer, category and product."""

    owners: Integers
    codes: Integers
    lines: Integers


@dataclass(frozen=True)
class Batch:
    """Whole customers in alphabetical order."""

    customers: pa.Array
    country: Integers
    segment: Integers
    channel: Integers
    channels: Integers
    days: Days
    goods: Goods

    @property
    def size(self) -> int:
        """Return the number of customers."""
        return len(self.customers)


@dataclass(frozen=True)
class Lines:
    """The lines of a batch, sorted by customer, kind and goods, copies side by side."""

    keys: NDArray[np.uint64]
    mark_bits: int
    goods_bits: int

    @property
    def copies(self) -> NDArray[np.uint64]:
        """Return the keys that more than one line has."""
        same: NDArray[np.bool_] = self.keys[1:] == self.keys[:-1]
        return self.keys[1:][same]


def read(table: pa.Table, *, timed: bool) -> Parts:
    """Take what the engine counted apart into arrays; hours are known only when the data are `timed`."""
    lists = table["lines"]
    counts = joined([np.diff(chunk.offsets.to_numpy()) for chunk in lists.chunks])
    columns = {name: numbers(table[name]) for name in _INTEGERS}
    columns["quantity"] = numbers(table["quantity"], np.float64)
    columns |= {name: numbers(table[name], np.int32) for name in ("country", "segment")}
    columns["hour"] = numbers(table["first_hour"], np.int8)
    if not timed:
        columns["hour"][:] = NO_HOUR
    return Parts(
        customers=whole(table["customer_id"]),
        days=numbers(table["day"].cast(pa.int32())),
        returned=joined([chunk.to_numpy(zero_copy_only=False) for chunk in table["returned"].chunks], np.bool_),
        columns=columns,
        line_starts=np.cumsum(counts) - counts,
        line_counts=counts,
        lines=joined([chunk.flatten().to_numpy() for chunk in lists.chunks]),
    )


def numbers(column: pa.ChunkedArray, kind: type = np.int64) -> NDArray[Any]:
    """Return a column as numbers of one's own, null as 0."""
    return joined(
        [(pa.compute.fill_null(chunk, 0) if chunk.null_count else chunk).to_numpy() for chunk in column.chunks], kind
    )


def joined(arrays: list[NDArray[Any]], kind: type = np.int64) -> NDArray[Any]:
    """Return arrays as one new array of a kind."""
    return np.concatenate([np.zeros(0, kind), *arrays], dtype=kind)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def line_rows(parts: Parts, rows: Integers) -> tuple[Integers, Integers]:
    """Return the lines of some rows, row after row, and for each line the position of its row among them."""
    counts = parts.line_counts[rows]
    positions = np.repeat(np.arange(len(rows)), counts)
    where = np.repeat(parts.line_starts[rows] - (np.cumsum(counts) - counts), counts)
    where += np.arange(len(positions))
    return parts.lines[where], positions


def line_keys(parts: Parts, rows: Integers, owners: Integers, codes: Codes) -> tuple[NDArray[np.uint64], int]:
    """Return one key a line, equal for copies within a row: customer, kind, goods, mark; and the bits of the mark.

    Different lines may share a key by chance (odds of about one in 2^30 for two lines of the same goods).
    """
    lines, positions = line_rows(parts, rows)
    goods_bits = codes.goods_bits
    mark_bits = 63 - int(owners[-1]).bit_length() - goods_bits
    tail_bits = codes.mark_bits + codes.channel_bits
    marks = lines.view(np.uint64) & np.uint64((1 << tail_bits) - 1)
    marks += (np.arange(len(rows), dtype=np.uint64) * _SPREAD_ROW)[positions]
    marks *= _SPREAD
    marks >>= np.uint64(64 - mark_bits)
    heads = ((owners.view(np.uint64) * np.uint64(2) + parts.returned[rows]) << np.uint64(goods_bits))[positions]
    heads |= (lines >> tail_bits).view(np.uint64)
    return (heads << np.uint64(mark_bits)) | marks, mark_bits


def sort_lines(parts: Parts, rows: Integers, owners: Integers, codes: Codes) -> Lines:
    """Sort the lines of a batch."""
    keys, mark_bits = line_keys(parts, rows, owners, codes)
    keys.sort()
    return Lines(keys, mark_bits, codes.goods_bits)


def suspect_rows(parts: Parts, rows: Integers, owners: Integers, codes: Codes, lines: Lines) -> Integers:
    """Return the rows, sales and returns, of those days that hold lines with equal keys."""
    copies = lines.copies
    if not len(copies):
        return rows[:0]
    keys, _ = line_keys(parts, rows, owners, codes)
    _, positions = line_rows(parts, rows)
    suspect = np.zeros(len(rows), bool)
    suspect[positions[np.isin(keys, copies)]] = True
    days = parts.days[rows]
    same_day = (owners[1:] == owners[:-1]) & (days[1:] == days[:-1])
    suspect[1:] |= suspect[:-1] & same_day
    suspect[:-1] |= suspect[1:] & same_day
    return rows[suspect]


def count_goods(lines: Lines) -> Goods:
    """Count the lines of each kind of goods that each customer bought."""
    heads = (lines.keys >> np.uint64(lines.mark_bits)).view(np.int64)
    starts = np.flatnonzero(np.diff(heads, prepend=-1))
    counts = np.diff(starts, append=len(heads))
    found = heads[starts]
    bought = (found >> lines.goods_bits) & 1 == 0
    found, counts = found[bought], counts[bought]
    return Goods(found >> (lines.goods_bits + 1), found & ((1 << lines.goods_bits) - 1), counts)


def cut(parts: Parts, rows: Integers, owners: Integers, *, lines: Lines, codes: Codes, habitual_days: int) -> Batch:
    """Cut a batch of whole customers; `rows` are in order of customer and day, `owners` count from 0.

    The category of a day is worked out for customers with at least `habitual_days` purchase days.
    """
    first_rows = np.flatnonzero(np.diff(owners, prepend=-1))
    days = parts.days[rows]
    starts = np.concatenate([[True], (owners[1:] != owners[:-1]) | (days[1:] != days[:-1])])
    day_of_row = np.cumsum(starts) - 1
    channel, channels, category = bought_in(
        parts, rows, owners, day_of_row=day_of_row, codes=codes, habitual_days=habitual_days
    )
    return Batch(
        customers=parts.customers.take(pa.array(rows[first_rows])),
        country=least_known(parts.columns["country"][rows], first_rows),
        segment=least_known(parts.columns["segment"][rows], first_rows),
        channel=channel,
        channels=channels,
        days=merge_days(parts, rows, owners[starts], days[starts], day_of_row, category),
        goods=count_goods(lines),
    )


def merge_days(
    parts: Parts,
    rows: Integers,
    owners: Integers,
    days: Integers,
    day_of_row: Integers,
    category: Integers,
) -> Days:
    """Bring the sales and the returns of one day together."""
    returned = parts.returned[rows]
    sale_rows, sale_days = rows[~returned], day_of_row[~returned]
    return_rows, return_days = rows[returned], day_of_row[returned]

    def placed(values: NDArray[Any], *, sales: bool, empty: int = 0) -> NDArray[Any]:
        result = np.full(len(days), empty, values.dtype)
        result[sale_days if sales else return_days] = values[sale_rows if sales else return_rows]
        return result

    cost = parts.columns["cost_minor"]
    return Days(
        owners=owners,
        days=days,
        sale_lines=placed(parts.line_counts, sales=True),
        return_lines=placed(parts.line_counts, sales=False),
        # Pieces may be weights: rounding keeps the sum of fractions independent of the order of the lines.
        quantity=np.round(placed(parts.columns["quantity"], sales=True), 6),
        discount=placed(parts.columns["discount_minor"], sales=True),
        sales=placed(parts.columns["net_minor"], sales=True),
        returns=-placed(parts.columns["net_minor"], sales=False),
        cost=placed(cost, sales=True) - placed(cost, sales=False),
        hour=placed(parts.columns["hour"], sales=True, empty=NO_HOUR),
        category=category,
    )


def bought_in(
    parts: Parts,
    rows: Integers,
    owners: Integers,
    *,
    day_of_row: Integers,
    codes: Codes,
    habitual_days: int,
) -> tuple[Integers, Integers, Integers]:
    """Return each customer's channel bought in most and number of channels, and each day's category bought most."""
    size, categories = int(owners[-1]) + 1, len(codes.categories)
    channel, channels = np.zeros(size, np.int64), np.zeros(size, np.int64)
    category = np.zeros(int(day_of_row[-1]) + 1, np.int64)
    sales = np.flatnonzero(~parts.returned[rows])
    enough = np.bincount(owners[sales], minlength=size) >= habitual_days
    asked = enough[owners[sales]] if categories > 2 else np.zeros(len(sales), bool)
    if len(codes.channels) > 1:
        lines, positions = line_rows(parts, rows[sales])
        found = (lines >> codes.mark_bits) & ((1 << codes.channel_bits) - 1)
        channel, channels = coding.mode(
            owners[sales][positions], found, owner_count=size, code_count=len(codes.channels)
        )
    if asked.any():
        lines, positions = line_rows(parts, rows[sales[asked]])
        found = codes.category_of_goods[lines >> (codes.mark_bits + codes.channel_bits)]
        most, _ = coding.mode(positions, found, owner_count=int(asked.sum()), code_count=categories)
        category[day_of_row[sales[asked]]] = most
    return channel, channels, category


def least_known(values: NDArray[Any], first_rows: Integers) -> Integers:
    """Return the smallest code above 0 of each customer, 0 when there is none."""
    unknown = np.iinfo(values.dtype).max
    least = np.minimum.reduceat(np.where(values == 0, unknown, values), first_rows)
    return np.where(least == unknown, 0, least).astype(np.int64)
