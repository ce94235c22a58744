from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vinculo.differentiate.settings import Settings, Tiers
from vinculo.differentiate.tiers import tiers
from vinculo.foundation.errors import ContractError, SettingsError
from vinculo.foundation.language import translator
from vinculo.warehouse import queries, spark
from vinculo.warehouse.tables import tiers as contracts
from vinculo.warehouse.tables.customers import VALUE

AS_OF = date(2011, 6, 9)
COMPANY = Tiers(high_performance_minor=100_000, high_potential_minor=50_000)
QUERIES = ("tiers", "customers", "contribution_threshold", "potential_threshold", "let_go_threshold")
TOTALS = ("totals", "slipping", "customer_equity", "potential_customers")


def worth(contribution: int, residual: int = 0) -> dict[str, object]:
    return {"contribution_minor": contribution, "residual_value_minor": residual}


def test_value_has_exactly_the_columns_of_its_contract(engine, score) -> None:
    score(worth(1))

    found = engine.rows("SELECT * FROM value")

    assert found.schema.names == list(VALUE.names)
    assert found.cast(VALUE.schema).num_rows == 1


def test_the_top_share_is_high_performance_and_the_next_high_potential(score) -> None:
    people = [worth(contribution, 10 * contribution) for contribution in range(100, 0, -1)]

    rows = score(*people)

    found = [row["value_tier"] for row in rows]
    assert found == ["high_performance"] * 20 + ["high_potential"] * 16 + ["standard"] * 64


def test_those_who_tie_at_a_threshold_are_in_together(score) -> None:
    rows = score(*[worth(500)] * 3, *[worth(5)] * 7)

    assert [row["value_tier"] for row in rows] == ["high_performance"] * 3 + ["standard"] * 7


def test_nobody_is_of_high_performance_for_losing_least(score) -> None:
    rows = score(worth(-1), worth(-2, 5), worth(0))

    assert [row["value_tier"] for row in rows] == ["below_zero", "high_potential", "standard"]


def test_below_zero_means_that_the_future_does_not_make_up_for_the_past(score) -> None:
    rows = score(worth(-100, 99), worth(-100, 100), worth(100, -500), tiers=COMPANY)

    assert [row["value_tier"] for row in rows] == ["below_zero", "standard", "standard"]


def test_an_amount_set_by_the_company_overrides_the_share(engine, score) -> None:
    rows = score(worth(100_000), worth(99_999, 50_000), worth(99_999, 49_999), tiers=COMPANY)

    assert [row["value_tier"] for row in rows] == ["high_performance", "high_potential", "standard"]
    rules = engine.rows("SELECT * FROM tier_rules").to_pylist()
    assert [(rule["code"], rule["threshold"], rule["origin"]) for rule in rules[:2]] == [
        ("high_performance", 100_000, "company"),
        ("high_potential", 50_000, "company"),
    ]


def test_a_share_of_nothing_leaves_the_tier_empty(engine, score) -> None:
    rows = score(worth(100), worth(1), tiers=Tiers(high_performance_share=0, high_potential_share=0))

    assert [row["value_tier"] for row in rows] == ["standard", "standard"]
    assert rows[0]["value_tier_reason"] == "Past contribution of £1.00 is not below zero, and no higher tier applies."
    assert engine.rows("SELECT * FROM tier_rules")["threshold"].to_pylist()[:2] == [None, None]
    assert "£46" not in engine.rows("SELECT * FROM tier_rules")["meaning"][0].as_py()


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        (
            "en",
            [
                "Past contribution of £1,234.50 is among the top 20\xa0% (from £1,234.50).",
                "Residual value of £512.00 is among the top 20\xa0% of the rest (from £512.00).",
                "Past contribution of £0.07 is below the £1,234.50 of high performance, and the residual value below "
                "the £512.00 of high potential.",
                "Past contribution of -£1,000,000.05 stays below zero with all that is expected in the horizon.",
            ],
        ),
        (
            "es",
            [
                "Su contribución pasada de 1.234,50\xa0GBP está entre el 20\xa0% más alto (desde 1.234,50\xa0GBP).",
                "Su valor residual de 512,00\xa0GBP está entre el 20\xa0% más alto del resto (desde 512,00\xa0GBP).",
                "Su contribución pasada de 0,07\xa0GBP no llega a los 1.234,50\xa0GBP del alto rendimiento, ni su "
                "valor residual a los 512,00\xa0GBP del alto potencial.",
                "Su contribución pasada de -1.000.000,05\xa0GBP sigue bajo cero aun con todo lo que se espera en el "
                "horizonte.",
            ],
        ),
    ],
)
def test_the_reason_is_a_sentence_with_the_customers_own_figures(score, language: str, reasons: list[str]) -> None:
    people = [worth(123_450), worth(9, 51_200), worth(7), worth(-100_000_005), worth(0)]

    rows = score(*people, language=language)

    assert [row["value_tier_reason"] for row in rows[:4]] == reasons


def test_a_company_threshold_is_named_as_such(score) -> None:
    rows = score(worth(2_000_000_000_000), worth(0, 60_000), tiers=COMPANY)

    assert rows[0]["value_tier_reason"] == (
        "Past contribution of £20,000,000,000.00 reaches the £1,000.00 set by the company."
    )
    assert rows[1]["value_tier_reason"] == "Residual value of £600.00 reaches the £500.00 set by the company."


amounts = st.integers(-10_000, 10_000)
people = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=40)


@given(people, st.sampled_from([Tiers(), replace(Tiers(), high_performance_minor=50, high_potential_minor=20)]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tiers_are_monotone_in_value(score, customers: list[tuple[int, int]], chosen: Tiers) -> None:
    rows = score(*[worth(*customer) for customer in customers], tiers=chosen)

    place = {tier: -number for number, tier in enumerate(contracts.TIERS_IN_ORDER)}
    for more in rows:
        for less in rows:
            at_least = more["contribution_minor"] >= less["contribution_minor"]
            if at_least and more["residual_value_minor"] >= less["residual_value_minor"]:
                assert place[more["value_tier"]] >= place[less["value_tier"]]


@given(people, st.randoms())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_of_the_customers_changes_no_tier(score, customers: list[tuple[int, int]], random) -> None:
    drawn = [worth(*customer) | {"customer_id": str(number)} for number, customer in enumerate(customers)]
    shuffled = list(drawn)
    random.shuffle(shuffled)

    straight, mixed = (sorted(score(*order), key=lambda row: row["customer_id"]) for order in (drawn, shuffled))

    assert straight == mixed


def test_tiers_together_are_everybody(engine, score) -> None:
    score(*[worth(contribution, 2 * contribution) for contribution in (-50, -3, 0, 8, 900, 7)])

    tables = tiers.summarize(engine)

    rows = tables["tiers"].to_pylist()
    assert [row["value_tier"] for row in rows] == ["high_performance", "high_potential", "standard", "below_zero"]
    assert sum(row["customers"] for row in rows) == 6
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert sum(row["share_of_contribution"] for row in rows) == pytest.approx(1)
    equity = tables["customer_equity"].to_pylist()[0]
    assert equity["customers"] == 6
    assert (equity["past_profit_minor"], equity["equity_minor"], equity["total_value_minor"]) == (862, 1724, 2586)
    assert sum(row["residual_value_minor"] for row in rows) == equity["equity_minor"]


def test_nobody_scored_gives_empty_tables(engine, score) -> None:
    assert score() == []
    assert tiers.summarize(engine)["tiers"].num_rows == 0


def test_a_missing_column_is_named(engine, tmp_path) -> None:
    engine.attach("scored", pa.table({"customer_id": ["C0"]}))

    with pytest.raises(ContractError, match="contribution_minor"):
        tiers.assign(engine, tmp_path / "value", Settings(AS_OF), translator("en"))


@pytest.mark.parametrize(
    "wrong",
    [
        Tiers(high_performance_share=1.2),
        Tiers(let_go_share=-0.1),
        Tiers(overdue_intervals=0),
        Tiers(silence_probability=1.5),
        Tiers(acquire_days=-1),
        Tiers(loyal_purchase_days=1),
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused(score, wrong: Tiers) -> None:
    with pytest.raises(SettingsError, match=r"tiers\."):
        score(worth(1), tiers=wrong)


@pytest.mark.parametrize("query", [*QUERIES, *TOTALS])
def test_spark_can_say_the_tier_query(query: str) -> None:
    assert "SELECT" in spark.translate(queries.load("vinculo.differentiate.tiers", query))
