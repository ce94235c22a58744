"""Customer bases in an engine: `customer_days` and `profile` as models read them, from any list of purchase days."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from vinculo.differentiate.lifetime.model import Integers
from vinculo.warehouse.duck import DuckEngine

_PROFILE = """
    SELECT
        customer_id,
        CASE WHEN ascii(substr(md5(customer_id), 1, 1)) < 54 THEN 'ES' ELSE 'PT' END AS country,
        CAST(NULL AS VARCHAR) AS channel,
        CAST(NULL AS VARCHAR) AS segment,
        CAST(NULL AS VARCHAR) AS dominant_category,
        CAST(date_trunc('month', min(day)) AS DATE) AS cohort,
        min(day) AS first_purchase_on,
        max(day) AS last_purchase_on,
        CAST($as_of AS DATE) - min(day) AS tenure_days,
        count(*) AS purchase_days,
        count(*) - 1 AS repeat_purchase_days
    FROM customer_days
    WHERE sale_lines > 0
    GROUP BY customer_id
"""


def engine(folder: Path, customers: list[str], days: list[date], *, as_of: date) -> DuckEngine:
    """Return an engine that knows the purchase days up to and including as_of; doubles count once."""
    made = DuckEngine(folder, threads=1)
    made.attach("raw_days", pa.table({"customer_id": customers, "day": pa.array(days, pa.date32())}))
    made.materialise(
        "customer_days",
        "SELECT customer_id, day, count(*) AS sale_lines FROM raw_days WHERE day <= $as_of GROUP BY ALL ORDER BY ALL",
        as_of=as_of,
    )
    made.materialise("profile", _PROFILE, as_of=as_of)
    return made


def numbered(folder: Path, customers: Integers, days: Integers, *, start: date, as_of: date) -> DuckEngine:
    """Return an engine from customer numbers and days since a start."""
    dates = np.datetime64(start) + days.astype("timedelta64[D]")
    return engine(folder, [f"C{number:06d}" for number in customers], dates.tolist(), as_of=as_of)


def leaving(seed: int, customers: int, *, days: int) -> tuple[Integers, Integers]:
    """Return customer numbers and days of purchases: own gamma rates, and a chance to leave after each purchase."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(0.8, 1 / 40, customers), random.beta(0.9, 3.0, customers)
    number, day = np.arange(customers), random.integers(0, days, customers).astype(np.float64)
    numbers, found = [number], [day.astype(np.int64)]
    while len(number):
        day = day + 1 + random.exponential(1 / np.maximum(rate[number], 1e-9))
        stays = (random.random(len(number)) > leave[number]) & (day < days)
        number, day = number[stays], day[stays]
        numbers.append(number)
        found.append(day.astype(np.int64))
    return np.concatenate(numbers), np.concatenate(found)
