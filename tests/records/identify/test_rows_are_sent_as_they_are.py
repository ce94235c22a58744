"""Rows reach the store as they are, as text and in the binary form, which must agree in every value."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vinculo.identify.records.orders import passage
from vinculo.warehouse.duck import DuckEngine

pytestmark = pytest.mark.usefixtures("records")
LAST = datetime.fromisoformat("2024-12-31T23:59:59.999999")
COLUMNS = ("number", "told", "pieces", "moment", "again", "missing")
SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("told", pa.string()),
        ("pieces", pa.decimal128(18, 4)),
        ("moment", pa.timestamp("us")),
        ("again", pa.int32()),
        ("missing", pa.null()),
    ]
)
whole = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
pieces = st.decimals(Decimal("-99999999999999.9999"), Decimal("99999999999999.9999"), places=4)
seconds = st.integers(-(2**31), 2**32)
moments = seconds.map(lambda each: datetime.fromtimestamp(each, UTC).replace(tzinfo=None)) | st.just(LAST)
rows = st.tuples(
    st.none() | whole,
    st.none() | texts,
    pieces | st.integers(-99, 99).map(Decimal),
    moments,
    st.integers(0, 9),
    st.none(),
)


@given(st.lists(rows, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_value_arrives_in_both_forms(tmp_path_factory: pytest.TempPathFactory, given_rows: list[Any]) -> None:
    table = pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in given_rows], schema=SCHEMA)
    with DuckEngine(tmp_path_factory.getbasetemp()) as engine, connection.cursor() as cursor:
        engine.attach("made", table)
        raw: Any = cursor
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        found = []
        for form in (passage.TEXT, passage.BINARY):
            cursor.execute(
                "CREATE TEMP TABLE sent_rows (number bigint, told text, pieces numeric(18, 4), moment timestamptz, "
                "again bigint, missing bigint) ON COMMIT DROP"
            )
            sent = passage.send(raw, engine, table="sent_rows", query="SELECT * FROM made", form=form)
            cursor.execute("SELECT number, told, pieces, moment::timestamp, again, missing FROM sent_rows")
            found.append(sorted(cursor.fetchall(), key=repr))
            cursor.execute("DROP TABLE sent_rows")
            assert sent == len(given_rows)

    assert found[0] == found[1] == sorted(given_rows, key=repr)
