"""Copies are told by the kind of line they were recognised as."""

from datetime import date
from pathlib import Path

from tests.make import sales

from vinculo.differentiate.profile import days
from vinculo.differentiate.settings import Settings
from vinculo.warehouse.duck import DuckEngine


def test_copies_of_a_sale_are_counted_with_their_amount(tmp_path: Path) -> None:
    table = sales.drawn("""
        customer  day         order_id  product_id  amount
        ann       2024-03-01  7         P           2.50
        ann       2024-03-01  7         P           2.50
        ann       2024-03-01  7         P           2.50
    """)

    with DuckEngine(tmp_path / "spill") as engine:
        engine.attach("order_lines", table)
        found = days.build(engine, staging=tmp_path / "run", settings=Settings(as_of=date(2024, 6, 1)))

    assert found.copies == {"sale": (2, 500)}
