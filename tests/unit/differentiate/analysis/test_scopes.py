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


def test_few_values_are_all_kept(tmp_path: Path) -> None:
    with DuckEngine(tmp_path) as engine:
        engine.attach("profile", pa.table({"country": ["ES", "PT", None]}))

        assert scopes.crowded(engine, "profile", ("country",), most=3) == {}


def test_of_too_many_values_the_largest_stay_and_the_rest_are_one_together(tmp_path: Path) -> None:
    countries = ["ES", "PT", "FR", "ES", None, "PT", "IT", None]
    with DuckEngine(tmp_path) as engine:
        engine.attach("profile", pa.table({"country": countries, "channel": ["web"] * 8}))
        kept = scopes.crowded(engine, "profile", ("country", "channel"), most=2)
        scopes.create_view(engine, "scoped", "profile", ("country", "channel"), kept=kept)
        rows = engine.rows("SELECT dimension, dimension_value, count(*) AS n FROM scoped GROUP BY ALL ORDER BY ALL")

    # equally large: the first in the alphabet
    assert kept == {"country": ("ES", "PT")}
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        ("all", "all", 8),
        ("channel", "web", 8),
        ("country", "ES", 2),
        ("country", "PT", 2),
        ("country", "other", 4),
    ]
