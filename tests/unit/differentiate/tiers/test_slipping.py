from dataclasses import replace
from datetime import date
from math import exp

import pytest

from vinculo.differentiate.settings import Settings, Tiers
from vinculo.differentiate.tiers import slipping
from vinculo.foundation import periods
from vinculo.foundation.language import translator

TIERS = Tiers(high_performance_minor=1_000, high_potential_minor=10**9)
SETTINGS = Settings(date(2011, 6, 9), currency="GBP", tiers=TIERS)
SLIPPING = {
    "contribution_minor": 5_000,
    "purchase_days": 20,
    "repeat_purchase_days": 19,
    "age_at_last_days": 1387,
    "mean_interpurchase_days": 73.0,
    "since_last_days": 200,
    "p_buys": 0.4,
    "contribution_per_purchase_minor": 10_000.0,
    "residual_value_minor": 8_000,
}
HALF_YEAR = exp(-periods.annual_to_daily(0.15) * 365 / 2)


def test_value_at_risk_is_the_usual_value_less_what_is_left(engine, score) -> None:
    score(SLIPPING, tiers=TIERS)

    row = slipping.summarize(engine, SETTINGS, translator("en")).to_pylist()[0]

    usual = round(5 * 10_000 * HALF_YEAR)
    assert row["usual_purchases"] == pytest.approx(5)
    assert row["silence_probability"] == pytest.approx((1387 / 1587) ** 19)
    assert row["usual_p_buys"] == pytest.approx(1 - exp(-5))
    assert row["usual_value_minor"] == usual
    assert row["value_at_risk_minor"] == usual - 8_000
    assert row["reason"] == (
        "Bought every 73 days, silent for 200 days: worth £466.27 in the next 365 days at the usual rate, £80.00 as "
        "things are."
    )


def test_two_purchases_in_two_days_are_no_daily_habit(engine, score) -> None:
    score(SLIPPING | {"purchase_days": 2, "mean_interpurchase_days": 1.0}, tiers=TIERS)

    row = slipping.summarize(engine, SETTINGS, translator("en")).to_pylist()[0]

    assert row["usual_purchases"] == 2


def test_those_all_but_lost_are_ranked_apart(engine, score) -> None:
    score(SLIPPING, SLIPPING | {"p_buys": 0.01, "residual_value_minor": 0}, SLIPPING, tiers=TIERS)

    rows = slipping.summarize(engine, SETTINGS, translator("en")).to_pylist()

    assert [(row["state"], row["risk_rank"], row["customer_id"]) for row in rows] == [
        ("slipping", 1, "C0"),
        ("slipping", 2, "C2"),
        ("lost", 1, "C1"),
    ]


def test_only_valuable_customers_with_a_rhythm_are_listed(engine, score) -> None:
    once = {"purchase_days": 1, "mean_interpurchase_days": None}
    score(SLIPPING | once, SLIPPING | {"contribution_minor": 1}, SLIPPING | {"since_last_days": 70}, tiers=TIERS)

    assert slipping.summarize(engine, SETTINGS, translator("en")).num_rows == 0


def test_the_list_is_cut_at_100_customers(engine, score) -> None:
    score(*[SLIPPING | {"residual_value_minor": 100 * place} for place in range(130)], tiers=TIERS)

    rows = slipping.summarize(engine, SETTINGS, translator("en")).to_pylist()

    risks = [row["value_at_risk_minor"] for row in rows]
    assert len(rows) == 100
    assert risks == sorted(risks, reverse=True)


def test_the_reason_of_slipping_is_told_in_spanish(engine, score) -> None:
    score(SLIPPING, tiers=TIERS)

    row = slipping.summarize(engine, replace(SETTINGS, language="es"), translator("es")).to_pylist()[0]

    assert row["reason"] == (
        "Compraba cada 73 días y lleva 200 días sin comprar: a su ritmo habitual valdría 466,27\xa0GBP en los próximos "
        "365 días; tal como está, 80,00\xa0GBP."
    )
