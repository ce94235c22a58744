"""Febrl 3 and 4 (Christen 2008): pairs as scored, at even odds, without labels; published F1 of Splink 0.999 and 1.000.

They hold no hard case, so they are only a smoke test. Their social security number is no tax number with a control
digit: it is mistyped in one of fourteen duplicates, which a guardrail takes for another person; so clusters are judged
for precision alone.
"""

from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.make import matching as make

from vinculo.identify.matching import batches, preparation, training

DATA = Path(__file__).parents[1] / "data" / "febrl"


def records(*names: str) -> tuple[list[make.Row], dict[int, str]]:
    """Return the records of files, and the person behind each."""
    found = [row for name in names for row in pq.read_table(DATA / f"febrl_dataset{name}.parquet").to_pylist()]
    rows = [
        make.person(
            number,
            row["given_name"],
            row["surname"],
            birth_date=day(row["date_of_birth"]),
            tax_id=row["soc_sec_id"],
            street=" ".join(filter(None, (row["address_1"], row["street_number"]))) or None,
            postcode=row["postcode"],
            city=row["suburb"],
        )
        for number, row in enumerate(found)
    ]
    return rows, {number: row["true_entity"] for number, row in enumerate(found)}


def day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()  # noqa: DTZ007 - a day of a calendar, nobody's clock
    except ValueError:
        return None


@pytest.mark.slow
@pytest.mark.parametrize(("names", "pairs", "least"), [(("3",), 6_538, 0.99), (("4a", "4b"), 5_000, 0.995)])
def test_pairs_are_found_without_labels(names: tuple[str, ...], pairs: int, least: float) -> None:
    rows, person = records(*names)

    with make.engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, "person", scratch)
        batches.match(prepared, training.train(prepared))
        found = make.Matched(prepared)

    right = sum(person[one] == person[other] for one, other in found.edges)
    precision, recall = right / len(found.edges), right / pairs
    assert 2 * precision * recall / (precision + recall) >= least
    merged = [one for one, cluster in found.cluster.items() if person[one] != person[cluster]]
    assert merged == []
