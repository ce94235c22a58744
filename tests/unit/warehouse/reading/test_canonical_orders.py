"""Tables with the columns of `order_lines` are viewed where they lie, with the same rules."""

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vinculo.warehouse.tables import orders as tables

at = datetime.fromisoformat
LINES = pa.table(
    {
        "order_id": ["1", "C2", "A3", "4", "5"],
        "customer_id": ["7", "7", None, "", "8"],
        "happened_at": pa.array([at(f"2021-03-0{day} 10:00") for day in (1, 2, 3, 4, 5)], pa.timestamp("us")),
        "product_id": ["A", "A", "B", "A", "POST"],
        "quantity": [1.0, -1.0, -1.0, 1.0, 1.0],
        "gross_minor": [600, -600, -100, 400, 300],
        "discount_minor": [100, 0, 0, 0, 0],
        "net_minor": pa.array([500, -600, -100, 400, 300], pa.int64()),
        "cost_minor": pa.array([200, -200, None, None, None], pa.int64()),
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "orders").mkdir()
    pq.write_table(LINES, tmp_path / "orders" / "part-0.parquet")
    return tmp_path / "orders"


def test_nothing_is_copied(read, folder, tmp_path) -> None:
    reading = read(folder, work_folder=tmp_path / "work")

    assert reading.report.rows == 5
    assert not (tmp_path / "work").exists()


def test_lines_are_recognised(read, folder) -> None:
    reading = read(folder, as_of=date(2021, 3, 5))

    assert reading.lines("line_number", "customer_id", "line_kind") == [
        (2, "7", "sale"),
        (3, "7", "cancellation"),
        (4, None, "adjustment"),
        (5, None, "guest"),
        (6, "8", "not_goods"),
    ]


def test_the_contract_is_kept(read, folder) -> None:
    reading = read(folder)

    assert reading.engine.rows("SELECT * FROM order_lines").schema == tables.ORDER_LINES.schema
    assert reading.engine.rows("SELECT * FROM rejected_lines").schema == tables.SET_ASIDE_LINES.schema


def test_what_is_known_is_reported(read, folder) -> None:
    report = read(folder, currency="GBP").report

    assert (report.currency, report.cost_known, report.time_known) == ("GBP", True, True)
    assert (report.first_day, report.last_day, report.as_of) == (date(2021, 3, 1), date(2021, 3, 5), date(2021, 3, 5))


def test_orders_without_letters_need_no_look_at_orders(read, tmp_path) -> None:
    numbered = LINES.set_column(0, "order_id", pa.array(["1", "2", "3", "4", "5"]))
    pq.write_table(numbered, tmp_path / "orders.parquet")

    reading = read(tmp_path / "orders.parquet")

    assert reading.column("line_kind") == ["sale", "return", "guest", "guest", "not_goods"]
    plan = "".join(map(str, reading.engine.rows("EXPLAIN SELECT line_kind FROM order_lines").to_pylist()))
    assert "order_id" not in plan


def test_what_is_absent_follows_from_the_net(read) -> None:
    table = LINES.select(["customer_id", "happened_at", "net_minor"])

    reading = read(table)

    assert reading.lines("quantity", "gross_minor", "discount_minor", "cost_minor")[:2] == [
        (1.0, 500, 0, None),
        (-1.0, -600, 0, None),
    ]


def test_lines_without_day_or_amount_are_rejected(read) -> None:
    broken = LINES.set_column(7, "net_minor", pa.array([500, None, -100, 400, 300], pa.int64()))

    reading = read(broken)

    assert [(row["line_number"], row["column_name"]) for row in reading.rejected()] == [(3, "net_minor")]
    assert sum(reading.kinds().values()) == reading.report.rows == 5


def test_the_same_columns_as_text_are_converted(read_text) -> None:
    reading = read_text("customer_id,happened_at,net_minor,cost_minor\n7,2021-03-01 10:00,500,200\n")

    assert reading.lines("net_minor", "cost_minor") == [(500, 200)]
