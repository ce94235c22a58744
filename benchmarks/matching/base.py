"""The made-up base as clean records in Parquet, and the truth: `python -m benchmarks.matching.base 100000 7 out`."""

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.matching import companies, people
from vinculo.identify.cleaning import emails, phones, tax_ids, texts

SCHEMA = pa.schema(
    [
        ("record_id", pa.int64()),
        ("kind", pa.string()),
        *((name, pa.string()) for name in ("given_name", "family_name", "second_family_name", "full_name")),
        ("birth_date", pa.date32()),
        *((name, pa.string()) for name in ("email", "phone", "tax_id", "street", "postcode", "city", "country")),
        ("source", pa.string()),
    ]
)
GROUP = 50_000
TRUTH = pa.schema([("record_id", pa.int64()), ("person", pa.int64())])


def cleaned(record: dict[str, object], number: int, kind: str = "person") -> dict[str, object]:
    """Return a record as the import leaves it."""

    def text(name: str) -> str | None:
        found = record.get(name)
        return texts.tidy(found) or None if isinstance(found, str) else None

    given, family, second = text("given_name"), text("family_name"), text("second_family_name")
    return {
        "record_id": number,
        "kind": kind,
        "given_name": given,
        "family_name": family,
        "second_family_name": second,
        "full_name": text("full_name") or " ".join(filter(None, (given, family, second))),
        "birth_date": record.get("birth_date"),
        "email": emails.clean(text("email")).value,
        "phone": phones.clean(text("phone")).value,
        "tax_id": tax_ids.clean(text("tax_id")).value,
        "street": text("street"),
        "postcode": text("postcode"),
        "city": text("city"),
        "country": "ES",
        "source": "shop",
    }


def write(count: int, seed: int, folder: Path, kind: str = "person") -> None:
    """Write both tables, the records numbered in a random order of arrival."""
    for name in ("records", "truth"):
        (folder / name).mkdir(parents=True)
    numbers = list(range(1, count + 1))
    people.random.Random(seed + 1).shuffle(numbers)
    with (
        pq.ParquetWriter(folder / "records" / "part-0.parquet", SCHEMA) as records,
        pq.ParquetWriter(folder / "truth" / "part-0.parquet", TRUTH) as truth,
    ):
        for group in grouped(count, seed, kind):
            rows = [cleaned(record, numbers[place], kind) for place, record in group]
            records.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
            pairs = [{"record_id": numbers[place], "person": record["person"]} for place, record in group]
            truth.write_table(pa.Table.from_pylist(pairs, schema=TRUTH))


def grouped(count: int, seed: int, kind: str) -> Iterator[list[tuple[int, dict[str, object]]]]:
    """Yield the records in groups, numbered."""
    source = people.records if kind == "person" else companies.records
    numbered = enumerate(source(count, seed))
    while group := list(islice(numbered, GROUP)):
        yield group


if __name__ == "__main__":
    started = time.process_time()
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:5])
    print(json.dumps({"cpu_seconds": time.process_time() - started}))
