"""Bad input through the terminal door: exit code 2, one sentence on standard error, and nothing left behind."""

import gzip
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.make import shop

Door = Callable[..., Any]
HEADER = b"customer_id,date,amount\n"
MEGABYTE = 1_000_000


def binary(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(100_000))


def truncated(path: Path) -> None:
    whole = gzip.compress(HEADER + b"".join(b"c%d,2023-01-05,%d\n" % (at, at * 7919 % 1000) for at in range(5000)))
    path.with_suffix(".csv.gz").write_bytes(whole[: len(whole) // 2])


SOURCES: dict[str, tuple[Callable[[Path], object], str]] = {
    "an empty file": (lambda path: path.write_bytes(b""), "is empty"),
    "a directory without data": (lambda path: path.mkdir(), "is a folder without Parquet files"),
    "a binary": (binary, "is binary data"),
    "a truncated gzip": (truncated, "is a gzip file that is cut short or damaged"),
    "a header only": (lambda path: path.write_bytes(HEADER), "has a header and no lines"),
    "40 MB on one line": (lambda path: path.write_bytes(b"a," * (20 * MEGABYTE)), "holds a line longer than"),
    "40 MB in one cell": (
        lambda path: path.write_bytes(HEADER + b'c1,2023-01-01,"' + b"9" * (40 * MEGABYTE)),
        "holds a line longer than",
    ),
    "a missing file": (lambda path: None, "There is no file orders.csv"),
    "text without a table": (lambda path: path.write_bytes(b"Dear Sir,\nthank you.\n"), "column"),
    "no customer": (lambda path: path.write_bytes(b"date,amount\n2023-01-05,9\n"), "customer_id"),
    "no date that is one": (lambda path: path.write_bytes(HEADER + b"c1,soon,9\nc2,later,8\n"), "'soon'"),
    "only dates in the future": (lambda path: path.write_bytes(HEADER + b"c1,2098-01-05,9\n"), "1 future"),
    "a currency mix": (
        lambda path: path.write_bytes(b"customer_id,date,amount,currency\nc1,2023-01-05,9,EUR\nc1,2023-02-05,9,USD\n"),
        "The lines are in several currencies: EUR",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_is_no_orders(door: Door, tmp_path: Path, name: str) -> None:
    make, words = SOURCES[name]
    make(tmp_path / "orders.csv")
    (source,) = [item.name for item in tmp_path.iterdir()] or ["orders.csv"]

    answer = door("analyse", source, "--out", "new/run")

    assert answer.code == 2
    assert words in answer.sentence
    assert [item.name for item in tmp_path.iterdir()] in ([source], [])


OPTIONS = {
    "an unknown dimension": (("--by", "planet"), "There is no dimension planet"),
    "a date the wrong way round": (("--as-of", "31/12/2022"), "31/12/2022 is not a day: write it as 2011-06-09"),
    "a day that has not come": (("--as-of", "2500-01-01"), "has not come yet"),
    "a day before the data": (("--as-of", "1999-01-01"), "after_as_of"),
    "no horizon": (("--horizon-days", "0"), "look 1 day ahead or more"),
    "a horizon behind": (("--horizon-days", "-30"), "look 1 day ahead or more"),
    "a horizon in words": (("--horizon-days", "year"), "--horizon-days"),
    "a rate in words": (("--currency", "EUR", "--rate", "USD=much"), "the rate must be a number"),
    "a rate below zero": (("--currency", "EUR", "--rate", "USD=-1"), "must be above 0"),
    "a rate that is no number": (("--currency", "EUR", "--rate", "USD=nan"), "must be above 0"),
    "a rate without a currency": (("--rate", "0.85"), "is written NAME=VALUE"),
    "a currency there is not": (("--currency", "ABC"), "is not a currency"),
    "a discount rate that is no number": (("--discount-rate", "nan"), "give a share such as 0.15"),
    "a margin in per cent": (("--margin", "40"), "give a share between 0 and 1"),
    "a margin that is no number": (("--margin", "nan"), "give a share between 0 and 1"),
    "a model by a planet": (("--fit-by", "planet"), "planet"),
    "costs that are not there": (("--costs", "costs.csv"), "There is no file of costs"),
    "a column that is not there": (("--map", "customer_id=Client"), "There is no column 'Client'"),
    "a target there is not": (("--map", "planet=date"), "There is no column 'planet' to map to"),
    "settings that are not there": (("--settings", "s.toml"), "There is no settings file s.toml"),
    "a language there is not": (("--language", "fr"), "There is no language 'fr': choose one of en, es"),
    "a memory of nonsense": (("--memory", "much"), "write it as 4GB"),
    "a memory too small": (("--memory", "5MB"), "memory"),
    "an option there is not": (("--frobnicate",), "No such option: --frobnicate"),
    "an order of dates there is not": (("--date-order", "ydm"), "There is no date order 'ydm'"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_makes_no_sense(door: Door, orders: Path, tmp_path: Path, name: str) -> None:
    words, sentence = OPTIONS[name]

    answer = door("analyse", orders, "--out", "run", *words)

    assert answer.code == 2
    assert sentence in answer.sentence
    assert [item.name for item in tmp_path.iterdir()] == ["orders.csv"]


SETTINGS = {
    "an unknown key": ("horizont_days = 90", "sets horizont_days, which is not a setting"),
    "an unknown key in a section": ("[costs]\nfreight = 1", "[costs] sets freight, which is not a setting"),
    "a text for a number": ("horizon_days = 'ninety'", "horizon_days must be a whole number; found 'ninety'"),
    "a fraction for days": ("horizon_days = 90.5", "horizon_days must be a whole number"),
    "a truth for a number": ("horizon_days = true", "horizon_days must be a whole number"),
    "a moment for a day": ("as_of = 2023-05-01T10:00:00", "as_of must be a day"),
    "a text for a list": ("by = 'country'", "by must be a list; found 'country'"),
    "three weights": ("[rfmt]\nweights = [0.5, 0.3, 0.2]", "weights must be a list of 4"),
    "a number for a section": ("costs = 5", "costs must be a section, [costs]"),
    "a method there is not": ("[rfmt]\nmethod = 'magic'", "rfmt.method"),
    "a share above one": ("[tiers]\nhigh_performance_share = 20", "tiers.high_performance_share"),
    "a cost below zero": ("[costs]\ndelivery_minor = -1", "costs.delivery_minor"),
    "no models": ("[lifetime]\nmodels = []", "lifetime.models"),
    "a model there is not": ("[lifetime]\nmodels = ['arima']", "lifetime.models"),
    "a penalty below zero": ("[lifetime]\npenalty = -1.0", "lifetime.penalty"),
    "no sample": ("[lifetime]\nsample = 0", "lifetime.sample"),
    "origins below zero": ("[lifetime]\norigins = -1", "lifetime.origins"),
    "no TOML": ("horizon_days", "is not valid TOML"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_settings_file_that_makes_no_sense(door: Door, orders: Path, tmp_path: Path, name: str) -> None:
    text, sentence = SETTINGS[name]
    (tmp_path / "s.toml").write_text(text)

    answer = door("analyse", orders, "--out", "run", "--settings", "s.toml")

    assert answer.code == 2
    assert sentence in answer.sentence
    assert not (tmp_path / "run").exists()


def test_settings_that_are_no_text(door: Door, orders: Path, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(b"\xff\xfe\x00")

    assert "not text in UTF-8" in door("analyse", orders, "--settings", "s.toml").sentence
    assert "cannot be read" in door("analyse", orders, "--settings", tmp_path).sentence


def test_a_file_where_the_run_should_go_is_left_alone(door: Door, orders: Path, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("years of work")

    answer = door("analyse", orders, "--out", "run")

    assert (answer.code, answer.sentence) == (2, "run is a file: name a folder for the run.")
    assert (tmp_path / "run").read_text() == "years of work"


def test_a_folder_that_is_no_run_is_left_alone(door: Door, orders: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")

    answer = door("analyse", orders, "--out", "run")

    assert answer.code == 2
    assert "is not a run of Vinculo" in answer.sentence
    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["orders.csv", "run"]


def test_a_folder_below_a_file_cannot_be_made(door: Door, orders: Path) -> None:
    answer = door("analyse", orders, "--out", orders / "run")

    assert answer.code == 2
    assert "cannot be written to" in answer.sentence


def test_an_earlier_run_survives_a_refusal(door: Door, orders: Path, quick: Path, tmp_path: Path) -> None:
    door("analyse", orders, "--out", "run", "--settings", quick, "--no-report")
    before = (tmp_path / "run" / "manifest.json").read_bytes()
    orders.write_bytes(HEADER)

    answer = door("analyse", orders, "--out", "run")

    assert answer.code == 2
    assert (tmp_path / "run" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("row", "sentence"),
    [("c1,deliveries,2023-01-05,free", "'free'"), ("c1,deliveries,05/01/2023,9", "an ISO date"), ("", "")],
    ids=["a cost in words", "a date the wrong way round", "no costs at all"],
)
def test_costs_are_taken_whole_or_not_at_all(
    door: Door, orders: Path, quick: Path, tmp_path: Path, row: str, sentence: str
) -> None:
    (tmp_path / "costs.csv").write_text("customer_id,kind,happened_on,cost\n" + row + "\n")

    answer = door("analyse", orders, "--costs", "costs.csv", "--settings", quick, "--json")

    assert answer.code == (2 if row else 0)
    assert sentence in (answer.sentence if row else answer.out)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("compare", "then", "now"), "holds no finished run"),
        (("compare", "then", "now", "--by", "mood"), "choose one of segment, tier, area"),
        (("simulate", "--out", "s", "--customers", "0"), "customers must be above 0"),
        (("simulate", "--out", "s", "--model", "magic"), "There is no simulated model 'magic'"),
        (("simulate", "--out", "s", "--first-day", "1/2/2020"), "is not a day"),
        (("simulate", "--out", "s", "--return-share", "2"), "return_share must be a share"),
        (("simulate", "--out", "s", "--seed", "-1"), "seed must be 0 or more"),
        (("simulate",), "--out"),
        (("analyse",), "Missing argument"),
        (("frobnicate",), "No such command"),
    ],
)
def test_other_commands_refuse_alike(door: Door, tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    answer = door(*words)

    assert answer.code == 2
    assert sentence in answer.sentence
    assert list(tmp_path.iterdir()) == []


def test_the_installed_command_refuses_with_the_same_code(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from vinculo.cli.main import run; run()", "analyse", "nothing.csv", "--out", "run"],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "vinculo: There is no file nothing.csv: check the name and the folder.\n"
    assert list(tmp_path.iterdir()) == []


def test_every_error_that_a_person_can_put_right_is_one_sentence_in_any_terminal(door: Door, tmp_path: Path) -> None:
    name = "orders\nof [bold]May[/bold].csv"

    answer = door("analyse", tmp_path / name)

    assert answer.code == 2
    assert "[bold]May[/bold]" in answer.sentence


def test_days_of_ten_thousand_purchases_are_no_reason_to_refuse(door: Door, quick: Path, tmp_path: Path) -> None:
    rows: list[shop.Row] = [("big", date(1995, 1, 1) + timedelta(days=at), 5 + at % 9) for at in range(10_000)]
    shop.write(tmp_path / "orders.csv", [*shop.plain(), *rows], shop.PLAIN)

    answer = door("analyse", "orders.csv", "--settings", quick, "--json")

    assert answer.code == 0
