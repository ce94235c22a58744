"""Customer days: from order lines to days, profiles and habits, in one pass over the lines.

The engine groups the lines by customer, day and kind in one query that also lists, for each group, one integer a line:
its goods, its channel and a mark that copies share. From these lists come the duplicates, the favourite products and
the categories, so no second grouping of the lines is needed. Buckets of whole customers bound the memory.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from vinculo.differentiate.profile import (
    arrangement,
    batch,
    counting,
    duplicates,
    favourites,
    profile,
    rhythm,
    unusual,
)
from vinculo.differentiate.profile import codes as coding
from vinculo.differentiate.profile.arrangement import Arrangement
from vinculo.differentiate.profile.batch import Batch, Integers, Lines, Parts
from vinculo.differentiate.profile.codes import Codes
from vinculo.differentiate.profile.counting import Count
from vinculo.differentiate.profile.unusual import HABIT_DAYS, Population
from vinculo.differentiate.settings import Habits, Settings
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.customers import PROFILE
from vinculo.warehouse.tables.habits import FAVOURITE_PRODUCTS, RHYTHM, UNUSUAL_PURCHASES
from vinculo.warehouse.tables.orders import CUSTOMER_DAYS, SET_ASIDE_LINES

Step = Callable[[float], None]
Slices = list[tuple[slice, Lines]]

_OUTPUTS = {
    CUSTOMER_DAYS.name: CUSTOMER_DAYS.schema,
    PROFILE.name: PROFILE.schema,
    RHYTHM.name: RHYTHM.schema,
    FAVOURITE_PRODUCTS.name: FAVOURITE_PRODUCTS.schema,
    "habit_days": HABIT_DAYS,
}


@dataclass(frozen=True)
class DaysReport:
    """What was counted."""

    lines: int
    """Lines that count: sales and returns of known customers up to as_of, copies left out."""
    duplicates: int
    """Copies set aside."""
    copies: dict[str, tuple[int, int]]
    """The same by the kind of line they were recognised as: lines and net amount in minor units."""
    customers: int
    customer_days: int
    favourite_products: int
    unusual_purchases: int
    buckets: int


@dataclass(frozen=True)
class Pass:
    """What every bucket of a pass needs."""

    engine: Engine
    settings: Settings
    count: Count
    timed: bool
    population: Population
    copies: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def codes(self) -> Codes:
        """Return what goods, countries, channels and segments are called."""
        return self.count.codes

    @property
    def habits(self) -> Habits:
        """Return the settings of habits."""
        return self.settings.habits


def build(
    engine: Engine,
    *,
    staging: Path,
    settings: Settings,
    lines: int = 0,
    step: Step | None = None,
) -> DaysReport:
    """Work out customer days, profiles and habits from the relation `order_lines`, up to and including `as_of`.

    Writes the folders `customer_days`, `profile`, `rhythm`, `favourite_products`, `unusual_purchases` and the copies
    into `set_aside_lines`, each by its contract; within a file customers are in alphabetical order. `lines` is how
    many lines there are (counted when not given). `step` is told which share of the work is done.
    """
    lines = lines or int(engine.rows("SELECT count(*) AS lines FROM order_lines")["lines"][0].as_py())
    buckets = counting.buckets_of(lines, settings.habits.bucket_lines)
    told = step or (lambda _: None)
    count = Count(engine, settings, coding.assign(engine), buckets)
    run = Pass(engine, settings, count, knows_hours(engine), Population())
    counts = dict.fromkeys([*_OUTPUTS, "lines", "duplicates"], 0)
    for bucket, counted in enumerate(counting.by_bucket(count, staging)):
        parts = batch.read(counted, timed=run.timed)
        del counted
        for name, rows in work_bucket(run, bucket, parts, staging, customers=counts[PROFILE.name]).items():
            counts[name] += rows
        told(0.9 * (bucket + 1) / buckets)
    found = judge(run, staging)
    told(1.0)
    return DaysReport(
        lines=counts["lines"],
        duplicates=counts["duplicates"],
        copies=run.copies,
        customers=counts[PROFILE.name],
        customer_days=counts[CUSTOMER_DAYS.name],
        favourite_products=counts[FAVOURITE_PRODUCTS.name],
        unusual_purchases=found,
        buckets=buckets,
    )


def knows_hours(engine: Engine) -> bool:
    """Tell whether any line has a time of day: data of dates only read as midnight everywhere."""
    timed = engine.rows(
        "SELECT 1 AS timed FROM order_lines WHERE happened_at <> CAST(CAST(happened_at AS DATE) AS TIMESTAMP) LIMIT 1"
    )
    return len(timed) > 0


def work_bucket(run: Pass, bucket: int, parts: Parts, staging: Path, *, customers: int) -> dict[str, int]:
    """Write the tables of one bucket of customers; return the rows of each, and the lines and copies counted."""
    counts = dict.fromkeys([*_OUTPUTS, "lines", "duplicates"], 0)
    arranged = arrangement.arrange(parts.customers, parts.days, parts.returned)
    slices, copies = cleared(run, parts, arranged)
    counts["lines"], counts["duplicates"] = int(parts.line_counts.sum()), copies.num_rows
    with ExitStack() as stack:
        set_aside = run.engine.writer(staging / SET_ASIDE_LINES.name, SET_ASIDE_LINES.schema, part=f"copies-{bucket}")
        stack.enter_context(set_aside).write_table(copies.cast(set_aside.schema))
        writers = {
            name: stack.enter_context(run.engine.writer(staging / name, schema, part=str(bucket)))
            for name, schema in _OUTPUTS.items()
        }
        for rows, lines in slices:
            cut = batch.cut(
                parts,
                arranged.order[rows],
                owners_of(arranged, rows),
                lines=lines,
                codes=run.codes,
                habitual_days=run.habits.minimum_days,
            )
            for name, table in tables(run, cut, number=customers + counts[PROFILE.name]):
                writers[name].write_table(table.cast(writers[name].schema))
                counts[name] += table.num_rows
    return counts


def cleared(run: Pass, parts: Parts, arranged: Arrangement) -> tuple[Slices, pa.Table]:
    """Sort the lines of every slice; set copies aside and count their days again where there are any."""
    slices = [
        (rows, batch.sort_lines(parts, arranged.order[rows], owners_of(arranged, rows), run.codes))
        for rows in arrangement.batches(arranged, parts.line_counts)
    ]
    suspects = [
        batch.suspect_rows(parts, arranged.order[rows], owners_of(arranged, rows), run.codes, lines)
        for rows, lines in slices
    ]
    if not any(map(len, suspects)):
        return slices, SET_ASIDE_LINES.schema.empty_table()
    every = np.concatenate(suspects)
    copies = duplicates.set_aside(run.engine, parts, every).cast(SET_ASIDE_LINES.schema)
    if copies.num_rows:
        duplicates.count(run.engine, run.copies)
        recount = run.count.of(run.count.whole, duplicates.FIRST_COPIES)
        duplicates.put_right(parts, batch.read(recount, timed=run.timed), every)
        slices = [
            (rows, batch.sort_lines(parts, arranged.order[rows], owners_of(arranged, rows), run.codes))
            if len(found)
            else (rows, lines)
            for (rows, lines), found in zip(slices, suspects, strict=True)
        ]
    return slices, copies


def owners_of(arranged: Arrangement, rows: slice) -> Integers:
    """Return the customer of each row of a slice, counted from 0."""
    owners: Integers = arranged.owners[rows] - arranged.owners[rows.start]
    return owners


def tables(run: Pass, cut: Batch, *, number: int) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables of one batch by name; its customers are numbered on from `number`."""
    as_of, habits = run.settings.as_of, run.habits
    yield CUSTOMER_DAYS.name, profile.customer_days(cut)
    yield PROFILE.name, profile.profile(cut, run.codes, as_of=as_of)
    yield RHYTHM.name, rhythm.rhythm(cut, as_of=as_of, hemisphere=habits.hemisphere, timed=run.timed)
    yield FAVOURITE_PRODUCTS.name, favourites.favourites(cut, run.codes, favourite_count=habits.favourites)
    days = unusual.habit_days(cut, number=number, minimum_days=habits.minimum_days)
    run.population.add(unusual.judged(days), len(run.codes.categories))
    yield "habit_days", days


def judge(run: Pass, staging: Path) -> int:
    """Find the unusual purchases, now that the population is known; drop the working table."""
    run.engine.attach("habit_days", staging / "habit_days")
    function = partial(
        unusual.unusual,
        population=run.population,
        codes=run.codes,
        below=run.habits.unusual_below,
        prior_days=run.habits.prior_days,
        minimum_days=run.habits.minimum_days,
    )
    found = run.engine.map_batches(
        staging / UNUSUAL_PURCHASES.name,
        "SELECT * FROM habit_days ORDER BY customer_number, day",
        function,
        UNUSUAL_PURCHASES.schema,
        key="customer_number",
    )
    shutil.rmtree(staging / "habit_days")
    return found
