"""Orders: every purchase of a population becomes lines of products, in Parquet files by time."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vinculo.differentiate.simulation import population as populations
from vinculo.differentiate.simulation.population import Population, Scenario
from vinculo.warehouse import runs

ORDERS_A_FILE = 2_000_000
MICROSECONDS = 1_000_000


def write(scenario: Scenario, target: Path, *, step: Callable[[float], None] = lambda share: None) -> int:
    """Simulate a scenario into a folder: `orders/*.parquet` (lines), `truth/*.parquet` (customers); return the lines.

    The orders table has the canonical columns of `order_lines`; truth has one row a customer with the rates that
    were drawn. The same scenario gives the same files.
    """
    random = np.random.default_rng(scenario.seed)
    people = populations.draw(scenario, random)
    customer, day = populations.purchase_days(scenario, people, random)
    lines = 0
    with runs.staging(target) as folder:
        (folder / "orders").mkdir()
        for part, start in enumerate(range(0, customer.size, ORDERS_A_FILE)):
            chosen = slice(start, start + ORDERS_A_FILE)
            table = order_lines(scenario, people, customer[chosen], day[chosen], start, random)
            pq.write_table(table, folder / "orders" / f"part-{part:04d}.parquet", compression="zstd")
            lines += table.num_rows
            step(min(1.0, (start + ORDERS_A_FILE) / customer.size))
        (folder / "truth").mkdir()
        pq.write_table(truth(scenario, people), folder / "truth" / "part-0.parquet", compression="zstd")
        tables = {"orders": {"rows": lines}, "truth": {"rows": scenario.customers}}
        runs.write_manifest(folder, {"product": "vinculo simulate", "scenario": asdict(scenario), "tables": tables})
    return lines


def truth(scenario: Scenario, people: Population) -> pa.Table:
    """Return what was drawn for each customer."""
    first = np.datetime64(scenario.first_day) + people.first_day
    return pa.table(
        {
            "customer_id": customer_ids(np.arange(scenario.customers)),
            "first_purchase_on": pa.array(first.astype("datetime64[D]")),
            "purchase_rate": people.purchase_rate,
            "dropout": people.dropout,
            "mean_spend": people.mean_spend,
        }
    )


def customer_ids(customers: NDArray[np.integer]) -> pa.Array:
    """Write customer numbers as text of one width."""
    return pa.array(customers + 10_000_000).cast(pa.string())


def order_lines(
    scenario: Scenario,
    people: Population,
    customer: NDArray[np.int32],
    day: NDArray[np.int32],
    first_order: int,
    random: np.random.Generator,
) -> pa.Table:
    """Return the lines of some orders in the order of time, with the returns among them."""
    lines = 1 + random.poisson(scenario.lines_per_order - 1, customer.size)
    order = np.repeat(np.arange(customer.size), lines)
    share = random.standard_exponential(order.size)
    share /= np.add.reduceat(share, np.cumsum(lines) - lines)[order]
    spend = random.gamma(scenario.spend_shape, people.mean_spend[customer] / scenario.spend_shape)
    net = np.maximum(np.rint(100 * spend[order] * share), 1).astype(np.int64)
    second = random.integers(8 * 3600, 22 * 3600, customer.size)
    happened = (day.astype(np.int64) * 86_400 + second)[order] * MICROSECONDS
    returned = np.flatnonzero(random.random(order.size) < scenario.return_share)
    back = happened[returned] + random.integers(1, 30, returned.size) * 86_400 * MICROSECONDS
    inside = back < scenario.days * 86_400 * MICROSECONDS
    returned, back = returned[inside], back[inside]
    rows = np.concatenate([np.arange(order.size), returned])
    sign = np.concatenate([np.ones(order.size, np.int64), np.full(returned.size, -1)])
    moment = np.concatenate([happened, back])
    by_time = np.argsort(moment, kind="stable")
    rows, sign, moment = rows[by_time], sign[by_time], moment[by_time]
    product = products(scenario, lines, order, random)
    quantity = random.integers(1, 5, order.size)
    started = scenario.first_day.toordinal() - 719_163
    buyer = customer[order][rows]
    return pa.table(
        {
            "order_id": pa.array(order[rows] + first_order + 1).cast(pa.string()),
            "customer_id": customer_ids(buyer),
            "happened_at": pa.array(moment + started * 86_400 * MICROSECONDS, pa.timestamp("us")),
            "product_id": named("P{:05d}", scenario.products, product[rows]),
            "product_name": named("Product {}", scenario.products, product[rows]),
            "category": named("Category {}", scenario.categories, product[rows] % scenario.categories),
            "channel": chosen_from(scenario.channels, buyer),
            "country": chosen_from(scenario.countries, buyer // len(scenario.channels)),
            "quantity": sign * quantity[rows].astype(np.float64),
            "gross_minor": sign * net[rows],
            "discount_minor": np.zeros(rows.size, np.int64),
            "net_minor": sign * net[rows],
            "cost_minor": sign * np.rint((1 - scenario.margin_share) * net[rows]).astype(np.int64),
        }
    )


def products(
    scenario: Scenario, lines: NDArray[np.int64], order: NDArray[np.intp], random: np.random.Generator
) -> NDArray[np.int32]:
    """Return the product of each line: a few are bought much more than the rest, and an order names each once."""
    first = (scenario.products * random.random(lines.size) ** 2).astype(np.int64)
    farthest = max(scenario.products // max(int(lines.max(initial=1)), 1), 1)
    step = random.integers(1, farthest + 1, lines.size)
    place = np.arange(order.size) - (np.cumsum(lines) - lines)[order]
    return ((first[order] + place * step[order]) % scenario.products).astype(np.int32)


def named(pattern: str, names: int, codes: NDArray[np.integer]) -> pa.Array:
    """Return texts by a pattern for integer codes."""
    words = pa.array([pattern.format(number) for number in range(names)])
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), words).cast(pa.string())


def chosen_from(words: tuple[str, ...], codes: NDArray[np.integer]) -> pa.Array:
    """Return the words that codes stand for, in turn."""
    indices = pa.array(codes % len(words), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array(words)).cast(pa.string())
