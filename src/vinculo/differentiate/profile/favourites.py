"""Favourite products: what each customer has bought most often."""

import numpy as np
import pyarrow as pa

from vinculo.differentiate.profile import codes as coding
from vinculo.differentiate.profile.batch import Batch, Integers
from vinculo.differentiate.profile.codes import Codes
from vinculo.warehouse.tables.habits import FAVOURITE_PRODUCTS


def favourites(batch: Batch, codes: Codes, *, favourite_count: int) -> pa.Table:
    """Return the products each customer of a batch has bought most often, by the contract `FAVOURITE_PRODUCTS`.

    Ties go to the product that comes first by category and code. Lines without a product count in no rank, but do
    count in the customer's lines that the share is taken of.
    """
    goods = batch.goods
    product = codes.is_product[goods.codes]
    owners, kinds, lines = goods.owners[product], goods.codes[product], goods.lines[product]
    # A product bought once can only be a favourite when it is among the first of its customer: sort only those.
    first_rows = np.flatnonzero(np.diff(owners, prepend=-1))
    candidate = lines > 1
    for offset in range(favourite_count):
        candidate[np.minimum(first_rows + offset, len(owners) - 1)] = True
    owners, kinds, lines = owners[candidate], kinds[candidate], lines[candidate]
    order = by_owner_and_most(owners, kinds, lines)
    owners, kinds, lines = owners[order], kinds[order], lines[order]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ranks = np.arange(len(owners)) - np.repeat(starts, np.diff(starts, append=len(owners))) + 1
    kept = ranks <= favourite_count
    owners, kinds, lines, ranks = owners[kept], kinds[kept], lines[kept], ranks[kept]
    bought = np.bincount(batch.days.owners, batch.days.sale_lines, batch.size)
    columns = {
        "customer_id": batch.customers.take(pa.array(owners)),
        "rank": ranks,
        "product_id": coding.texts(codes.product_ids, kinds),
        "product_name": texts_or_null(codes.product_names, kinds),
        "lines": lines,
        "share_of_lines": lines / bought[owners],
    }
    return pa.table(columns).select(FAVOURITE_PRODUCTS.names)


def texts_or_null(names: pa.Array, codes: Integers) -> pa.DictionaryArray:
    """Return the names of codes, null where a product has no name."""
    nameless = names.is_null().to_numpy(zero_copy_only=False)[codes]
    indices = pa.array(codes.astype(np.int32), mask=nameless)
    return pa.DictionaryArray.from_arrays(indices, pa.compute.fill_null(names, ""))


def by_owner_and_most(owners: Integers, kinds: Integers, lines: Integers) -> Integers:
    """Return the order by owner, most lines first, then kind; `owners` and `kinds` are in order already."""
    uneven = np.zeros(len(owners), bool)
    uneven[1:] = (owners[1:] == owners[:-1]) & (lines[1:] > lines[:-1])
    # Most customers buy each product once, so only those with something to order are sorted.
    where = np.flatnonzero(np.isin(owners, owners[uneven]))
    order = np.arange(len(owners))
    order[where] = where[np.lexsort((kinds[where], -lines[where], owners[where]))]
    return order
