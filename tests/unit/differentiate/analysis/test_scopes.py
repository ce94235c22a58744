"""Scopes repeat every customer once for each dimension that was asked for."""

from pathlib import Path

import pyarrow as pa
import pytest

from vinculo.differentiate.analysis import scopes
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.duck import DuckEngine


def scoped(folder: Path, *by: str) -> list[tuple[object, ...]]:
    with DuckEngine(folder) as engine:
        engine.attach("value", pa.table({"customer_id": ["a", "b"], "country": ["ES", None], "channel": ["web", "x"]}))
        scopes.create_view(engine, "scoped_value", "value", by)
        rows = engine.rows("SELECT * FROM scoped_value ORDER BY ALL").to_pylist()
    return [(row["dimension"], row["dimension_value"], row["customer_id"]) for row in rows]


def test_everybody_is_there_once_when_nothing_is_asked(tmp_path: Path) -> None:
    assert scoped(tmp_path) == [("all", "all", "a"), ("all", "all", "b")]


def test_each_dimension_repeats_them_and_what_is_not_known_is_a_value(tmp_path: Path) -> None:
    assert scoped(tmp_path, "country")[2:] == [("country", "ES", "a"), ("country", "unknown", "b")]
    assert len(scoped(tmp_path, "country", "channel")) == 6


def test_a_dimension_there_is_not_never_reaches_a_query(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="choose among"):
        scoped(tmp_path, "country'; DROP TABLE value; --")
