"""A small shop as a company would export it: one row a line of an order, with the words of a cash register.

Customers buy at rates of their own and some leave for good; every third comes from another country. The same seed
gives the same lines.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from vinculo.differentiate.settings import Lifetime, Settings

COLUMNS = ("order_id", "customer_id", "date", "product", "category", "channel", "country", "quantity", "unit_price")
FIRST, LAST = date(2022, 1, 3), date(2023, 12, 20)
PLAIN = ("customer_id", "date", "amount")
Row = tuple[object, ...]
QUICK = Settings(lifetime=Lifetime(models=("bg_nbd",), origins=1))
"""Settings that give everything but a contest of models."""
QUICK_TOML = '[lifetime]\nmodels = ["bg_nbd"]\norigins = 1\n'


def lines(customers: int = 40, *, seed: int = 5) -> list[Row]:
    """Return the lines of a shop over two years, by the names of `COLUMNS`, in the order of time."""
    draw = random.Random(seed)
    found: list[Row] = []
    for number in range(customers):
        day = FIRST + timedelta(days=draw.randrange(400))
        gap = draw.choice((12, 25, 50, 150))
        while day <= LAST:
            order = f"{number:03d}-{day:%y%m%d}"
            found += [
                (
                    order,
                    f"C{number:03d}",
                    day,
                    f"P{draw.randrange(12):02d}",
                    f"Kind {draw.randrange(3)}",
                    ("web", "shop")[number % 2],
                    ("ES", "FR", "GB")[number % 3],
                    draw.randint(1, 4),
                    draw.randint(300, 6000) / 100,
                )
                for _ in range(draw.randint(1, 2))
            ]
            if draw.random() < 0.1:
                break
            day += timedelta(days=1 + int(draw.expovariate(1 / gap)))
    return sorted(found, key=lambda row: (row[2], row[0], row[3], row[7], row[8]))  # type: ignore[arg-type, return-value]


def table(rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> pa.Table:
    """Return rows as an Arrow table."""
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])


def write(path: Path, rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> Path:
    """Write rows as delimited text; return the path."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def plain(count: int = 240, *, customers: int = 20) -> list[Row]:
    """Return rows of `PLAIN`: customers who take turns, day by day."""
    return [(f"c{at % customers}", FIRST + timedelta(days=at * 3 % 600), 10 + at % 7) for at in range(count)]
