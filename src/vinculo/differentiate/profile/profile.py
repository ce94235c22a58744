"""The profile: what each customer has done up to a day, one row a customer."""

from datetime import date

import numpy as np
import pyarrow as pa

from vinculo.differentiate.profile import codes as coding
from vinculo.differentiate.profile.batch import Batch, Floats, Integers
from vinculo.differentiate.profile.codes import Codes
from vinculo.warehouse.tables.customers import PROFILE
from vinculo.warehouse.tables.orders import CUSTOMER_DAYS


def customer_days(batch: Batch) -> pa.Table:
    """Return the days of a batch: one customer on one day with a sale or return, by the contract `CUSTOMER_DAYS`."""
    days = batch.days
    columns = {
        "customer_id": batch.customers.take(pa.array(days.owners)),
        "day": dates(days.days),
        "sale_lines": days.sale_lines,
        "return_lines": days.return_lines,
        "quantity": days.quantity,
        "gross_minor": days.sales + days.discount,
        "discount_minor": days.discount,
        "sales_minor": days.sales,
        "returns_minor": days.returns,
        "cost_minor": days.cost,
        "first_hour": pa.array(days.hour, mask=days.hour < 0),
    }
    return pa.table(columns).select(CUSTOMER_DAYS.names)


def profile(batch: Batch, codes: Codes, *, as_of: date) -> pa.Table:
    """Return the profile of the customers of a batch, by the contract `PROFILE`.

    Assumes that all days of the customers are dated up to `as_of`. Averages of nothing are null.
    """
    days, size = batch.days, batch.size
    first_rows = np.flatnonzero(np.diff(days.owners, prepend=-1))
    purchase = days.sale_lines > 0
    owners, when, spend = days.owners[purchase], days.days[purchase], days.sales[purchase]
    purchase_days = np.bincount(owners, minlength=size)
    buyer = purchase_days > 0
    ends = np.cumsum(purchase_days)
    first = at(when, (ends - purchase_days)[buyer], buyer)
    last = at(when, ends[buyer] - 1, buyer)
    first_spend = at(spend, (ends - purchase_days)[buyer], buyer)
    repeats = np.maximum(purchase_days - 1, 0)
    today = np.datetime64(as_of).astype(np.int64)

    def total(values: Integers | Floats) -> Integers:
        return np.add.reduceat(values, first_rows)

    sales, discounts, returns, cost = map(total, (days.sales, days.discount, days.returns, days.cost))
    net = sales - returns
    category, categories, products = goods_of(batch, codes)
    columns = {
        "customer_id": batch.customers,
        "country": coding.texts(codes.countries, batch.country),
        "channel": coding.texts(codes.channels, batch.channel),
        "segment": coding.texts(codes.segments, batch.segment),
        "dominant_category": coding.texts(codes.categories, category),
        "cohort": dates(month_starts(first), ~buyer),
        "first_purchase_on": dates(first, ~buyer),
        "last_purchase_on": dates(last, ~buyer),
        "tenure_days": pa.array(today - first, mask=~buyer),
        "age_at_last_days": pa.array(last - first, mask=~buyer),
        "since_last_days": pa.array(today - last, mask=~buyer),
        "purchase_days": purchase_days,
        "repeat_purchase_days": repeats,
        "mean_interpurchase_days": ratio(last - first, repeats),
        "sale_lines": total(days.sale_lines),
        "return_lines": total(days.return_lines),
        "return_days": total((days.return_lines > 0).astype(np.int64)),
        "quantity": np.round(total(days.quantity), 6),
        "gross_sales_minor": sales + discounts,
        "discounts_minor": discounts,
        "sales_minor": sales,
        "returns_minor": returns,
        "net_sales_minor": net,
        "cost_of_goods_minor": cost,
        "margin_minor": net - cost,
        "mean_spend_minor": ratio(sales, purchase_days),
        "mean_repeat_spend_minor": ratio(sales - first_spend, repeats),
        "products": products,
        "categories": categories,
        "channels": batch.channels,
    }
    return pa.table(columns).select(PROFILE.names)


def goods_of(batch: Batch, codes: Codes) -> tuple[Integers, Integers, Integers]:
    """Return each customer's category bought most, by lines, and his numbers of categories and of products."""
    goods = batch.goods
    products = np.bincount(goods.owners[codes.is_product[goods.codes]], minlength=batch.size)
    categories = codes.category_of_goods[goods.codes]
    known = categories > 0
    owners, categories, lines = goods.owners[known], categories[known], goods.lines[known]
    if not len(owners):
        return np.zeros(batch.size, np.int64), np.zeros(batch.size, np.int64), products
    # Goods codes run by category, so the goods of one customer and category are neighbours.
    starts = np.flatnonzero(np.diff(owners * len(codes.categories) + categories, prepend=-1))
    most, distinct = coding.mode_of_counts(
        owners[starts], categories[starts], np.add.reduceat(lines, starts), owner_count=batch.size
    )
    return most, distinct, products


def at(values: Integers, positions: Integers, owners: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Integers:
    """Return the values at positions, one for each owner that has one and 0 for the others."""
    result = np.zeros(len(owners), np.int64)
    result[owners] = values[positions]
    return result


def ratio(numerator: Integers, denominator: Integers) -> pa.Array:
    """Return a quotient, null where the denominator is 0."""
    return pa.array(numerator / np.maximum(denominator, 1), mask=denominator == 0)


def dates(days: Integers, unknown: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None) -> pa.Array:
    """Return days since 1970-01-01 as dates."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=unknown).cast(pa.date32())


def month_starts(days: Integers) -> Integers:
    """Return the first day of the month of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
