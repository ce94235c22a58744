"""Looking up one record while its form is open, in a store that holds a made-up base: `… lookups base home`.

Asked are records that people of the base left somewhere else as well, people nobody knows, and the most frequent names
without anything else. Each is asked of the service and of the page that a clerk fills in.
"""

import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import psycopg

ASKED = 300
"""Records of each kind."""
KNOWN, UNKNOWN, NAMED = "one who is there", "one nobody knows", "a frequent name alone"
STRANGERS_SEED = 99
STAGING = """
CREATE UNLOGGED TABLE staging (record_id bigint, kind text, given_name text, family_name text, second_family_name text,
    full_name text, birth_date date, email text, phone text, tax_id text, street text, postcode text, city text)
"""
FILL = """
SET session_replication_role = replica;
INSERT INTO identify_source (id, code, name, kind) VALUES (1, 'shop', 'Shop', 'file');
INSERT INTO identify_customer (id, kind, standing, name, given_name, family_name, second_family_name, search_text,
    language, country, acquisition_channel, created_at)
SELECT record_id, kind, 'actual', full_name, coalesce(given_name, ''), coalesce(family_name, ''),
    coalesce(second_family_name, ''), left(identify_fold(full_name), 250), '', 'ES', '', now() FROM staging;
INSERT INTO identify_identifier (customer_id, kind, value, normalised, source_id)
SELECT record_id, 'source_key', 'C' || record_id, 'c' || record_id, 1 FROM staging
UNION ALL SELECT record_id, 'email', email, lower(email), 1 FROM staging WHERE email IS NOT NULL
UNION ALL SELECT record_id, 'phone', phone, replace(phone, '+', ''), 1 FROM staging WHERE phone IS NOT NULL
UNION ALL SELECT record_id, 'tax_id', tax_id, lower(tax_id), 1 FROM staging WHERE tax_id IS NOT NULL;
INSERT INTO identify_address (customer_id, kind, lines, postcode, city, region, country, source_id)
SELECT record_id, 'main', coalesce(street, ''), coalesce(postcode, ''), coalesce(city, ''), '', 'ES', 1
FROM staging WHERE coalesce(street, postcode, city) IS NOT NULL;
INSERT INTO identify_sourcerecord (source_id, kind, source_key, version, payload, row_number, recorded_at)
SELECT 1, 'customers', 'C' || record_id, 1, jsonb_build_object('clean', jsonb_build_object('birth_on', birth_date)),
    record_id, now() FROM staging;
DROP TABLE staging;
SELECT setval(pg_get_serial_sequence('identify_customer', 'id'), (SELECT max(id) FROM identify_customer));
SELECT setval(pg_get_serial_sequence('identify_source', 'id'), 1);
VACUUM ANALYZE
"""
COLUMNS = "record_id, kind, given_name, family_name, second_family_name, full_name, birth_date, email, phone, tax_id, "
COLUMNS += "street, postcode, city"
Record = dict[str, Any]


def main() -> None:
    """Fill, ask, print."""
    base, home = Path(sys.argv[1]), Path(sys.argv[2])
    os.environ["VINCULO_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    from vinculo.project.database import address, opening

    store = opening.open_store()
    import django

    django.setup()
    opening.migrate()
    if not (home / "filled").exists():
        assert store is not None
        fill(store.superuser(address.DATABASE).conninfo, base, home)
        (home / "filled").touch()
    from benchmarks.pages.ours import signed_in
    from vinculo.identify.records.matching import lookup

    client = signed_in()
    ways: dict[str, Callable[[Record], Any]] = {
        "service": lookup.customers_like,
        "page": lambda record: client.post("/customers/new/", typed(record)),
    }
    found: dict[str, Any] = {}
    # A page that finds somebody answers 409, which is not worth a line each.
    logging.disable(logging.WARNING)
    for kind, records in asked(base).items():
        for way, ask in ways.items():
            if way == "page" and kind == UNKNOWN:
                continue  # it would add them
            # The scorer is compiled and the pages are loaded once.
            ask(records[0])
            found[f"{kind}, {way}"] = measured(ask, records)
    print(json.dumps(found))


def fill(owner: str, base: Path, home: Path) -> None:
    """Put a base into an empty store."""
    file = home / "base.csv"
    duckdb.sql(f"COPY (SELECT {COLUMNS} FROM read_parquet('{base}/records/*.parquet')) TO '{file}' (HEADER false)")
    with psycopg.connect(owner, autocommit=True) as connection, file.open("rb") as read:
        connection.execute(STAGING)
        with connection.cursor().copy("COPY staging FROM STDIN (FORMAT csv)") as copy:
            while data := read.read(1 << 20):
                copy.write(data)
        for statement in FILL.split(";\n"):
            connection.execute(statement)
    file.unlink()


def asked(base: Path) -> dict[str, list[Record]]:
    """Return the records that are looked up, by kind."""
    from benchmarks.matching import base as bases
    from benchmarks.matching import people

    twice = (
        f"SELECT {COLUMNS} FROM read_parquet('{base}/records/*.parquet') JOIN (SELECT record_id, count(*) OVER"
        f" (PARTITION BY person) AS n FROM read_parquet('{base}/truth/*.parquet')) USING (record_id)"
        f" WHERE n > 1 ORDER BY hash(record_id) LIMIT {ASKED}"
    )
    known = duckdb.sql(twice).to_arrow_table().to_pylist()
    strangers = islice(people.records(ASKED, STRANGERS_SEED), ASKED)
    world = people.World(STRANGERS_SEED)
    chance = random.Random(STRANGERS_SEED)
    names = [
        (world.given.values[chance.randrange(20)], world.family.values[chance.randrange(20)]) for _ in range(ASKED)
    ]
    return {
        KNOWN: known,
        UNKNOWN: [bases.cleaned(record, 0) for record in strangers],
        NAMED: [{"kind": "person", "given_name": one.title(), "family_name": two.title()} for one, two in names],
    }


def typed(record: Record) -> dict[str, str]:
    """Return what a clerk types of a record."""
    names = ("given_name", "family_name", "second_family_name", "email", "phone", "tax_id", "postcode", "city")
    said = {name: str(record.get(name) or "") for name in names}
    return {**said, "kind": "person", "standing": "prospect", "lines": str(record.get("street") or ""), "country": "ES"}


def measured(ask: Callable[[Record], Any], records: list[Record]) -> dict[str, float]:
    """Return what an answer takes in milliseconds: by the clock, and of the processors of program and database."""
    from benchmarks.pages.ours import cpu_seconds

    def each() -> Iterator[tuple[float, float]]:
        for record in records:
            began, worked = time.perf_counter(), cpu_seconds()
            ask(record)
            yield (time.perf_counter() - began) * 1000, (cpu_seconds() - worked) * 1000

    taken, used = (sorted(column) for column in zip(*each(), strict=True))
    last = int(len(taken) * 0.95)
    return {"median": taken[len(taken) // 2], "p95": taken[last], "p95_cpu": used[last], "slowest": taken[-1]}


if __name__ == "__main__":
    main()
