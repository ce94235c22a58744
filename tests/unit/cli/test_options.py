"""Options of the terminal become settings, exactly or not at all."""

from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vinculo.cli import analyse, options
from vinculo.differentiate.settings import Settings
from vinculo.foundation.errors import SettingsError


def read(tmp_path: Path, text: str, **given: object) -> Settings:
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    return options.settings_from(tmp_path / "s.toml", **given)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Settings()


def test_a_mark_of_the_editor_at_the_start_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffhorizon_days = 90").horizon_days == 90


def test_what_is_given_goes_before_the_file_and_none_is_not_given(tmp_path: Path) -> None:
    found = read(tmp_path, "horizon_days = 90\nlanguage = 'es'", horizon_days=30, language=None)

    assert (found.horizon_days, found.language) == (30, "es")


def defaults(group: Any, where: str = "") -> list[tuple[str, Any]]:
    pairs = [(f"{where}{field.name}", getattr(group, field.name)) for field in fields(group)]
    return [each for name, value in pairs if is_dataclass(value) for each in defaults(value, f"{name}.")] + [
        (name, value) for name, value in pairs if not is_dataclass(value)
    ]


def toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(item)}" for name, item in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)


@pytest.mark.parametrize(("name", "value"), defaults(Settings()))
def test_every_setting_can_be_written_in_the_file(tmp_path: Path, name: str, value: Any) -> None:
    written = 12 if value is None else value

    found: Any = read(tmp_path, f"{name} = {toml(written)}")

    for part in name.split("."):
        found = getattr(found, part)
    assert found == written
    assert type(found) is type(written)


def test_cut_points_are_tuples_of_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "[rfmt.cutpoints]\nrecency = [30, 60.5, 90, 180]")

    assert found.rfmt.cutpoints == {"recency": (30.0, 60.5, 90.0, 180.0)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rfmt.cutpoints.recency = 30", "rfmt"),
        ("rfmt.cutpoints = [30]", "must be a section of names"),
        ("by = [1]", "must be a text in quotes; found 1"),
        ("rfmt.weights = [1, 2, 3, 'x']", "must be a number; found 'x'"),
        ("tiers.high_performance_minor = 1.5", "must be a whole number; found 1.5"),
        ("discount_rate_annual = true", "must be a number; found True"),
    ],
)
def test_the_wrong_kind_is_named_with_the_right_one(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read(tmp_path, text)


def test_days_are_read_as_iso_writes_them() -> None:
    assert options.day("2011-06-09", option="--as-of") == date(2011, 6, 9)
    assert options.day(None, option="--as-of") is None
    for text in ("9/6/2011", "", "2011-13-01", "yesterday"):
        with pytest.raises(SettingsError, match="is not a day"):
            options.day(text, option="--as-of")


def test_pairs_may_hold_signs_in_their_value() -> None:
    assert options.pairs(["amount=Net = Gross", " a = b "], option="--map") == {"amount": "Net = Gross", "a": "b"}
    for item in ("amount", "=x", "amount="):
        with pytest.raises(SettingsError, match="NAME=VALUE"):
            options.pairs([item], option="--map")


def test_rates_are_numbers_by_currency() -> None:
    assert analyse.rates(["usd=0.85", "GBP=1.2"]) == {"USD": 0.85, "GBP": 1.2}
