"""The arrangement: rows of customer days put in order of customer and day, and cut into batches of whole customers.

Texts are ranked by their bytes, as the engine orders them, and rank, day and row travel in one integer, so that
ordering millions of rows is a sort of integers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Integers = NDArray[np.int64]

BATCH_LINES = 262_144
BATCH_CUSTOMERS = 65_536
_WORD = 8


@dataclass(frozen=True)
class Arrangement:
    """Rows in order of customer and day."""

    order: Integers
    """Positions of the rows, in order."""
    owners: Integers
    """By ordered row: number of the customer, 0 is the first in the alphabet."""
    first_rows: Integers
    """By customer: his first ordered row; one more at the end closes the last."""


def arrange(customers: pa.Array, days: Integers, returned: NDArray[np.bool_]) -> Arrangement:
    """Order rows by customer, day, and sales before returns."""
    ranks = text_ranks(customers)
    count = len(ranks)
    since = days - days.min() if count else days
    within = since * 2 + returned
    row_bits, within_bits = count.bit_length(), int(within.max(initial=0)).bit_length()
    if int(ranks.max(initial=0)).bit_length() + within_bits + row_bits < 63:
        packed = np.sort((ranks << (within_bits + row_bits)) | (within << row_bits) | np.arange(count))
        order = packed & ((1 << row_bits) - 1)
    else:
        order = np.lexsort((within, ranks))
    owners = ranks[order]
    first_rows = np.append(np.flatnonzero(np.diff(owners, prepend=-1)), count)
    return Arrangement(order, owners, first_rows)


def batches(arrangement: Arrangement, line_counts: Integers) -> Iterator[slice]:
    """Cut the ordered rows into slices of whole customers, each of about a million lines at most."""
    before = np.concatenate([[0], np.cumsum(line_counts[arrangement.order])])
    ends = before[arrangement.first_rows]
    customer, customers = 0, len(arrangement.first_rows) - 1
    while customer < customers:
        last = int(np.searchsorted(ends, ends[customer] + BATCH_LINES, side="right")) - 1
        last = min(max(last, customer + 1), customer + BATCH_CUSTOMERS, customers)
        yield slice(int(arrangement.first_rows[customer]), int(arrangement.first_rows[last]))
        customer = last


def text_ranks(column: pa.Array) -> Integers:
    """Return the dense rank of each text by its UTF-8 bytes; equal texts share a rank.

    >>> text_ranks(pa.array(["b", "a", "b"]))
    array([1, 0, 1])
    """
    words = text_words(column)
    if words is None:
        encoded = column.dictionary_encode()
        rank_of_code = np.empty(len(encoded.dictionary), np.int64)
        rank_of_code[pa.compute.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(encoded.dictionary))
        codes: Integers = encoded.indices.to_numpy()
        return rank_of_code[codes]
    order = np.argsort(words[0]) if len(words) == 1 else np.lexsort(words[::-1])
    changes = np.zeros(len(order), bool)
    for word in words:
        ordered = word[order]
        changes[1:] |= ordered[1:] != ordered[:-1]
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(changes)
    return ranks


def text_words(column: pa.Array) -> list[NDArray[np.uint64]] | None:
    """Return texts of up to 16 bytes as one or two integers that sort as the texts do; None when they are longer."""
    if not len(column):
        return [np.zeros(0, np.uint64)]
    _, offsets_buffer, data_buffer = column.cast(pa.string()).buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32, len(column) + 1, column.offset * 4)
    lengths = np.diff(offsets)
    width = -(-max(int(lengths.max()), 1) // _WORD) * _WORD
    used = np.frombuffer(data_buffer, np.uint8)[offsets[0] : offsets[-1]] if data_buffer else np.zeros(0, np.uint8)
    # A byte 0 inside a text could not be told from padding.
    if width > 2 * _WORD or (used == 0).any():
        return None
    padded = np.zeros((len(column), width), np.uint8)
    padded[np.arange(width) < lengths[:, None]] = used
    words = padded.view(">u8").astype(np.uint64)
    return [np.ascontiguousarray(words[:, index]) for index in range(words.shape[1])]
