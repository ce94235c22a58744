"""A change of a hundred rules replayed over a million orders in a store of its own, and what stands beside it.

Beside it stand a reading of the rules order by order in plain Python (a sample, scaled), and one query of DuckDB that
adds up what the rules without a limit give: its sums must be the same.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.landing import store
from benchmarks.programs import rules

LINES_AN_ORDER, SAMPLE = 3, 1_000
MEMBERS = """
INSERT INTO programs_program (code, name, currency, zone, state, started_on, created_at)
VALUES ('club', 'Club', 'EUR', 'UTC', 'open', '2020-01-01', now());
INSERT INTO programs_unit (program_id, code, name, spendable, qualifying, expiry, expiry_months, expiry_rounding,
    expiry_day, grace_days, return_policy, floor)
SELECT id, 'points', 'Points', TRUE, FALSE, 'none', 0, 'day', '', 0, 'balance', 0 FROM programs_program;
INSERT INTO programs_member (program_id, number, customer_id, kind, state, joined_on, joined_by)
SELECT program.id, 'M' || customer.id, customer.id, 'person', 'active', '2020-01-01', ''
FROM programs_program AS program, identify_customer AS customer
"""
WHOLE = """
SELECT line.order_id, line.net_minor AS net, (line.gross_minor / line.quantity)::bigint AS price,
    line.quantity::bigint AS quantity, customer.country, channel.code AS channel, category.path AS category,
    extract(hour FROM placed.happened_at AT TIME ZONE 'UTC')::int AS hour,
    extract(isodow FROM placed.happened_at AT TIME ZONE 'UTC')::int AS weekday,
    sum(line.net_minor) OVER (PARTITION BY line.order_id)::bigint AS order_net
FROM identify_orderline AS line JOIN identify_order AS placed ON placed.id = line.order_id
JOIN identify_customer AS customer ON customer.id = placed.customer_id
JOIN identify_channel AS channel ON channel.id = placed.channel_id
JOIN identify_product AS product ON product.id = line.product_id
JOIN identify_category AS category ON category.id = product.category_id
"""


def measured(orders: int, folder: Path) -> dict[str, Any]:
    """Fill a store, replay, and do the same in the other ways."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    django.setup()
    from vinculo.project import home
    from vinculo.project.database import address, opening, server

    with server.Server(home.database_folder()) as running:
        server.prepare(running)
        opening.migrate()
        fill(address.owner().conninfo, orders)
        found = replayed()
        found["summed_seconds"], summed = summed_up(address.application().conninfo)
    uncapped = [each.rule.code for each in rules.hundred() if not each.rule.caps]
    ours = {each["name"]: each["old"] for each in found.pop("by_rule")}
    found["points"] = sum(ours.get(code, 0) for code in uncapped)
    found["points_summed"] = sum(summed[code] for code in uncapped)
    found["differing"] = [code for code in uncapped if ours.get(code, 0) != summed[code]]
    found["naive_cpu_seconds"] = naive(orders)
    return found


def fill(where: str, orders: int) -> None:
    """Fill the store; not part of the time."""
    import psycopg

    filled = store.FILL.format(
        lines=orders * LINES_AN_ORDER, orders=orders, customers=orders // 5, products=5_000, an_order=LINES_AN_ORDER
    )
    with psycopg.connect(where, autocommit=True) as connection:
        for statement in (*filled.split(";\n"), *MEMBERS.split(";\n"), "VACUUM ANALYZE"):
            connection.execute(statement)


def replayed() -> dict[str, Any]:
    """Replay the dearer rules in place of the others, as the job does."""
    from vinculo.programs.earning.rules import definition
    from vinculo.programs.records.histories import loading
    from vinculo.programs.records.models import Program, Replay
    from vinculo.programs.records.rules import replays

    said = [
        {each.rule.code: definition(each.rule) for each in rules.hundred(dearer=dearer)} for dearer in (False, True)
    ]
    program = Program.objects.get()
    made = Replay.objects.create(
        program=program,
        settings={
            "starts_on": "2020-01-01",
            "ends_on": "2030-01-01",
            "old": said[0],
            "new": said[1],
            "cost_minor_per_1000": "500",
        },
        asked_at=datetime.now(UTC),
    )
    started, worked = time.perf_counter(), time.process_time()
    done = replays.replay_make(replay_id=made.pk)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if done.state != Replay.State.DONE:
        raise SystemExit(done.error)
    whole = loading.Which(None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    again = time.perf_counter()
    loading.load(program, whole, ())
    points = done.result["units"]["points"]
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mib": peak,
        "reading_seconds": time.perf_counter() - again,
        "orders": done.result["orders"],
        "lines": done.result["lines"],
        "winners": points["winners"],
        "by_rule": points["by_rule"],
    }


def summed_up(where: str) -> tuple[float, dict[str, int]]:
    """Add up what the rules give by one query over everything joined; limits are not known to it."""
    from adbc_driver_postgresql import dbapi

    written = rules.hundred()
    parts = ", ".join(
        f"coalesce(sum(net) FILTER (WHERE {each.predicate}), 0)::BIGINT // 100 AS {each.rule.code}" for each in written
    )
    sums = ", ".join(f"sum({each.rule.code})::BIGINT" for each in written)
    with dbapi.connect(where) as connection, connection.cursor() as cursor:
        cursor.execute(WHOLE)
        whole = cursor.fetch_arrow_table()
    started = time.perf_counter()
    with duckdb.connect() as engine:
        engine.register("whole", whole)
        row = engine.execute(f"SELECT {sums} FROM (SELECT {parts} FROM whole GROUP BY order_id)").fetchone()
    assert row is not None
    return time.perf_counter() - started, {each.rule.code: int(sum_) for each, sum_ in zip(written, row, strict=True)}


def naive(orders: int) -> float:
    """Return the CPU seconds of reading the rules order by order for all orders, from those of a sample."""
    from tests.make.interpreted import Bought, Interpreter

    chance = random.Random(3)
    reading = Interpreter([each.rule for each in rules.hundred()], zone="UTC")
    made = [
        Bought(
            chance.randrange(200),
            datetime(2024, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=number),
            number,
            "purchase",
            {"country": chance.choice(rules.COUNTRIES), "channel": chance.choice(rules.CHANNELS)},
            [line(chance) for _ in range(LINES_AN_ORDER)],
        )
        for number in range(SAMPLE)
    ]
    worked = time.process_time()
    for order in made:
        reading.give(order)
    return 2 * (time.process_time() - worked) * orders / SAMPLE


def line(chance: random.Random) -> dict[str, Any]:
    """Return one line of an order."""
    net = chance.randrange(900, 1900)
    return {
        "product": "P1",
        "category": f"Category {chance.randrange(1, 41)}",
        "quantity": Decimal(chance.randrange(1, 4)),
        "gross": net,
        "discount": 0,
        "net": net,
        "tax": 0,
        "paid": 0,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-", dir=sys.argv[2]) as scratch:
        os.environ["VINCULO_HOME"] = f"{scratch}/home"
        os.environ.pop("DATABASE_URL", None)
        print(json.dumps(measured(int(sys.argv[1]), Path(scratch))))
