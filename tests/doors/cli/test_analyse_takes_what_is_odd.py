"""Odd but usable input through the terminal door: every line is accounted for, and what was done with it is said."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.make import shop

pytestmark = pytest.mark.slow

Door = Callable[..., Any]
HEADER = ",".join(shop.PLAIN)
WORDS = "word " * 40


def days(form: str, count: int = 120) -> list[shop.Row]:
    return [(f"c{at % 15}", f"{shop.FIRST + timedelta(days=at * 5):{form}}", 10 + at % 7) for at in range(count)]


ODD: dict[str, list[shop.Row]] = {
    "a formula in a cell": [*shop.plain(), ("=cmd|'/c calc'!A1", "2023-05-05", 12), ("c3", "2023-05-06", "=1+1")],
    "mixed dates": [*days("%d/%m/%Y"), *days("%m/%d/%Y")],
    "a customer with ten thousand purchases": [
        *shop.plain(),
        *[("big", date(1995, 1, 1) + timedelta(days=at), 5 + at % 9) for at in range(10_000)],
    ],
    "all customers with one purchase": [(f"c{at}", date(2023, 1 + at % 12, 1 + at % 28), 9) for at in range(200)],
    "one customer with one purchase": [("c1", "2023-05-05", 12)],
    "one customer with two purchases": [("c1", "2023-05-05", 12), ("c1", "2023-07-05", 15)],
    "two customers on one day": [("c1", "2023-05-05", 12), ("c2", "2023-05-05", 15)],
    "negative totals": [(customer, day, -float(str(amount))) for customer, day, amount in shop.plain()],
    "nothing but zeros": [(customer, day, 0) for customer, day, _ in shop.plain(40)] + [("c1", "2023-05-05", 1)],
    "dates in the future": [*shop.plain(), ("c1", "2098-01-01", 44), ("new", "2098-01-02", 3)],
    "guests": [*shop.plain(), ("", "2023-05-05", 12), ("", "2023-05-06", 13)],
    "the same line five times": [*shop.plain(), *[("c1", "2023-05-05", 12)] * 5],
    "amounts beyond belief": [*shop.plain(), ("rich", "2023-05-05", "9000000000000"), ("odd", "2023-05-05", "1e30")],
    "words for amounts": [*shop.plain(), ("c1", "2023-05-05", "nine"), ("c2", "2023-05-06", "NaN")],
    "customers with unusual names": [
        *shop.plain(),
        *[(name, "2023-05-05", 5) for name in ("O'Hara", 'quo"te', "{x}", "[bold]", "naïve 😀", WORDS, "../../etc")],
    ],
    "a date of the first spreadsheet": [*shop.plain(), ("c1", "1900-01-01", 5)],
}


@pytest.mark.parametrize("name", ODD)
def test_every_line_is_accounted_for(door: Door, quick: Path, tmp_path: Path, name: str) -> None:
    shop.write(tmp_path / "orders.csv", ODD[name], shop.PLAIN)

    answer = door("analyse", "orders.csv", "--out", "run", "--settings", quick, "--no-report", "--json")

    assert (answer.code, answer.err) == (0, "")
    facts = json.loads(answer.out, parse_constant=refuse)
    assert sum(row["lines"] for row in facts["line_counts"]) == len(ODD[name])
    assert all(row["treatment"] for row in facts["line_counts"])
    set_aside = pq.read_table("run/set_aside_lines")
    unused = sum(row["lines"] for row in facts["line_counts"] if row["line_kind"] in ("rejected", "duplicate"))
    assert set_aside.num_rows == unused
    (equity,) = facts["customer_equity"]
    assert equity["customers"] == pq.read_metadata("run/value/part-0.parquet").num_rows


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def kinds(door: Door, quick: Path, name: str, *words: str) -> dict[str, int]:
    shop.write(Path("orders.csv"), ODD[name], shop.PLAIN)
    answer = door("analyse", "orders.csv", "--out", "run", "--settings", quick, "--no-report", "--json", *words)
    return {row["line_kind"]: row["lines"] for row in json.loads(answer.out)["line_counts"]}


def test_a_formula_is_set_aside_with_what_was_found(door: Door, quick: Path) -> None:
    found = kinds(door, quick, "a formula in a cell")

    assert found == {"sale": 241, "rejected": 1}
    (line,) = pq.read_table("run/set_aside_lines").to_pylist()
    assert (line["line_number"], line["reason"], line["found"]) == (243, "rejected", "=1+1")
    assert "=cmd|'/c calc'!A1" in pq.read_table("run/value")["customer_id"].to_pylist()


def test_dates_that_only_fit_the_other_order_are_set_aside(door: Door, quick: Path) -> None:
    found = kinds(door, quick, "mixed dates")

    assert found["rejected"] > 0
    manifest = json.loads(Path("run/manifest.json").read_text("utf-8"))
    assert any("another order" in sentence for sentence in manifest["warnings"])


def test_lines_of_the_future_do_not_move_the_day_of_the_analysis(door: Door, quick: Path) -> None:
    found = kinds(door, quick, "dates in the future")

    assert found == {"sale": 240, "future": 2}
    assert "new" not in pq.read_table("run/value")["customer_id"].to_pylist()


def test_customers_with_returns_only_are_worth_nothing_more(door: Door, quick: Path) -> None:
    assert kinds(door, quick, "negative totals") == {"return": 240}

    for row in pq.read_table("run/value").to_pylist():
        assert (row["purchase_days"], row["since_last_days"], row["tenure_days"]) == (0, None, None)
        assert (row["expected_purchases"], row["residual_value_minor"]) == (0, 0)
        assert row["net_sales_minor"] < 0
        assert row["value_tier"] == "below_zero"


def test_ten_thousand_purchases_are_counted(door: Door, quick: Path) -> None:
    kinds(door, quick, "a customer with ten thousand purchases")

    (big,) = [row for row in pq.read_table("run/value").to_pylist() if row["customer_id"] == "big"]
    assert big["purchase_days"] == 10_000
    assert 0 <= big["p_buys"] <= 1


def test_a_single_purchase_keeps_residual_value_within_its_interval(door: Door, quick: Path) -> None:
    kinds(door, quick, "all customers with one purchase")

    for row in pq.read_table("run/value").to_pylist():
        assert row["residual_value_low_minor"] <= row["residual_value_minor"] <= row["residual_value_high_minor"]


def test_other_currencies_are_set_aside_or_converted_when_asked(door: Door, quick: Path, tmp_path: Path) -> None:
    rows = [(*row, "USD" if at % 3 == 0 else "EUR") for at, row in enumerate(shop.plain())]
    shop.write(tmp_path / "orders.csv", rows, (*shop.PLAIN, "currency"))
    words = ("analyse", "orders.csv", "--settings", quick, "--currency", "EUR", "--json")

    only = json.loads(door(*words, "--only-currency").out)
    converted = json.loads(door(*words, "--rate", "USD=0.5").out)

    assert {row["line_kind"]: row["lines"] for row in only["line_counts"]} == {"sale": 160, "other_currency": 80}
    (kind,) = converted["line_counts"]
    assert (kind["line_kind"], kind["lines"]) == ("sale", 240)
    assert kind["net_minor"] == sum(int(str(row[2])) * (50 if row[3] == "USD" else 100) for row in rows)


def test_a_dimension_the_source_lacks_is_one_group(door: Door, quick: Path, tmp_path: Path) -> None:
    shop.write(tmp_path / "orders.csv", shop.plain(), shop.PLAIN)

    answer = door(
        *("analyse", "orders.csv", "--settings", quick, "--out", "run", "--by", "country", "--fit-by", "channel")
    )

    assert answer.code == 0
    tiers = pq.read_table("run/tiers").to_pylist()
    assert {(row["dimension"], row["dimension_value"]) for row in tiers} == {("all", "all"), ("country", "unknown")}
