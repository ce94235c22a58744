"""`vinculo analyse orders.csv --out run` leaves a whole run, and says in the terminal what is in it."""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.make import shop

from vinculo.warehouse import tables
from vinculo.warehouse.tables.contract import Table

Door = Callable[..., Any]
ASKED = (
    *("customer_id", "as_of", "purchase_days", "since_last_days", "tenure_days", "net_sales_minor"),
    *("contribution_minor", "expected_purchases", "p_buys", "residual_value_minor", "residual_value_low_minor"),
    *("residual_value_high_minor", "rfmt_score", "rfmt_segment", "value_tier", "relationship_area"),
)


def contracts() -> dict[str, Table]:
    modules = [import_module(f"{tables.__name__}.{found.name}") for found in iter_modules(tables.__path__)]
    known = [each for module in modules for each in vars(module).values() if isinstance(each, Table)]
    return {each.name: each for each in known}


@pytest.mark.slow
def test_files_of_parquet_by_table_with_a_manifest_and_a_report(door: Door, orders: Path, tmp_path: Path) -> None:
    answer = door("analyse", orders, "--out", "run")

    run = tmp_path / "run"
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    folders = {item.name for item in run.iterdir() if item.is_dir()}
    assert (answer.code, answer.err) == (0, "")
    assert {item.name for item in run.iterdir() if item.is_file()} == {"manifest.json", "report.html"}
    assert folders == set(manifest["tables"])
    assert all(list((run / name).glob("*.parquet")) for name in folders)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["orders.csv", "run"]


def test_every_table_keeps_its_contract_and_the_manifest_counts_its_rows(door: Door, orders: Path, quick: Path) -> None:
    door("analyse", orders, "--out", "run", "--settings", quick, "--by", "country", "--no-report")

    known, manifest = contracts(), json.loads(Path("run/manifest.json").read_text("utf-8"))
    for name, entry in manifest["tables"].items():
        found = pq.read_table(Path("run") / name)
        assert plain(found.schema) == plain(known[name].schema), name
        assert (entry["rows"], entry["grain"]) == (found.num_rows, known[name].grain), name
        whole = [column.name for column in known[name].columns if not column.nullable]
        assert [column for column in whole if found[column].null_count] == [], name


def plain(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return [
        (field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in schema
    ]


def test_the_table_value_has_a_row_for_each_customer(door: Door, orders: Path, quick: Path) -> None:
    door("analyse", orders, "--out", "run", "--settings", quick, "--no-report")

    value = pq.read_table("run/value")
    assert set(ASKED) <= set(value.schema.names)
    assert sorted(value["customer_id"].to_pylist()) == sorted({row[1] for row in shop.lines()})
    assert set(value["as_of"].to_pylist()) == {max(row[2] for row in shop.lines())}


def test_the_summary_as_json_is_what_the_tables_hold(door: Door, orders: Path, quick: Path) -> None:
    answer = door("analyse", orders, "--out", "run", "--settings", quick, "--no-report", "--json")

    facts = json.loads(answer.out, parse_constant=refuse)
    (equity,) = facts["customer_equity"]
    value = pq.read_table("run/value")
    assert facts["run"] == "run"
    assert equity["past_profit_minor"] == pa.compute.sum(value["contribution_minor"]).as_py()
    assert equity["equity_minor"] == pa.compute.sum(value["residual_value_minor"]).as_py()
    assert sum(row["lines"] for row in facts["line_counts"]) == len(shop.lines())


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def test_no_figure_of_a_manifest_is_outside_json(door: Door, orders: Path, quick: Path) -> None:
    door("analyse", orders, "--out", "run", "--settings", quick, "--no-report")

    assert json.loads(Path("run/manifest.json").read_text("utf-8"), parse_constant=refuse)


def test_without_a_folder_the_summary_is_shown_and_nothing_is_left(
    door: Door, orders: Path, quick: Path, tmp_path: Path
) -> None:
    answer = door("analyse", orders, "--settings", quick)

    assert answer.code == 0
    assert "What your customers are worth" in answer.out
    assert "name a folder with --out" in answer.out
    assert sorted(item.name for item in tmp_path.iterdir()) == ["orders.csv", "quick.toml"]


def test_the_same_command_twice_replaces_the_run_whole(door: Door, orders: Path, quick: Path, tmp_path: Path) -> None:
    words = ("analyse", orders, "--out", "run", "--settings", quick, "--no-report")
    door(*words)
    first = json.loads(Path("run/manifest.json").read_text("utf-8"))["run_id"]
    (tmp_path / "run" / "value" / "stale.parquet").write_bytes(b"of an earlier version")

    answer = door(*words)

    assert answer.code == 0
    assert json.loads(Path("run/manifest.json").read_text("utf-8"))["run_id"] != first
    assert not (tmp_path / "run" / "value" / "stale.parquet").exists()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["orders.csv", "quick.toml", "run"]


def test_a_folder_that_is_not_there_yet_is_made_with_those_above_it(door: Door, orders: Path, quick: Path) -> None:
    door("analyse", orders, "--out", "a/b/run", "--settings", quick, "--no-report")

    assert Path("a/b/run/manifest.json").is_file()


def test_settings_of_the_file_hold_unless_an_option_says_otherwise(door: Door, orders: Path, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        "as_of = 2023-06-01\nhorizon_days = 90\ncurrency = 'GBP'\n[tiers]\nhigh_performance_minor = 100000\n"
        "[costs]\ndelivery_minor = 0\n[rfmt]\nweights = [1, 0, 0, 0]\n" + shop.QUICK_TOML
    )

    door("analyse", orders, "--out", "run", "--settings", "s.toml", "--horizon-days", "30", "--no-report")

    manifest = json.loads(Path("run/manifest.json").read_text("utf-8"))
    assert (manifest["as_of"], manifest["horizon_days"], manifest["currency"]) == ("2023-06-01", 30, "GBP")
    assert manifest["settings"]["tiers"]["high_performance_minor"] == 100_000
    assert manifest["settings"]["rfmt"]["weights"] == [1.0, 0.0, 0.0, 0.0]
    assert manifest["settings"]["costs"]["delivery_minor"] == 0


def test_the_mapping_is_shown_without_an_analysis(door: Door, orders: Path, tmp_path: Path) -> None:
    answer = door("analyse", orders, "--show-mapping", "--out", "run")

    assert answer.code == 0
    assert "customer_id" in answer.out
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("words", [(), ("--help",), ("analyse", "--help")])
def test_help_is_no_mistake(door: Door, words: tuple[str, ...]) -> None:
    answer = door(*words)

    assert (answer.code, answer.err) == (0, "")
    assert "Usage" in answer.out


def test_two_runs_are_compared(door: Door, orders: Path, quick: Path) -> None:
    words = ("analyse", orders, "--settings", quick, "--no-report")
    door(*words, "--out", "then", "--as-of", "2023-06-30")
    door(*words, "--out", "now")

    answer = door("compare", "then", "now", "--by", "area")

    assert (answer.code, answer.err) == (0, "")
    assert "Customers who moved" in answer.out
