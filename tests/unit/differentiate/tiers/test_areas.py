from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vinculo.differentiate.settings import Tiers
from vinculo.differentiate.tiers import areas
from vinculo.warehouse.tables import tiers as contracts

COMPANY = Tiers(high_performance_minor=100_000, high_potential_minor=50_000, let_go_minor=100)
PERFORMANCE = {"contribution_minor": 100_000}
POTENTIAL = {"residual_value_minor": 50_000}
STANDARD = {"contribution_minor": 500, "residual_value_minor": 500}
LOSS = {"contribution_minor": -500, "residual_value_minor": 100}
ONCE = {"purchase_days": 1, "mean_interpurchase_days": None}
NEVER = ONCE | {"purchase_days": 0, "since_last_days": None, "tenure_days": None}
LATE = {"since_last_days": 61}
UNLIKELY = {"p_buys": 0.3}
GONE = {"p_buys": 0.05}
JUST_WON = STANDARD | ONCE | {"since_last_days": 10}

CASES = {
    "acquire_first": (NEVER, "acquire"),
    "acquire_second": (STANDARD | ONCE | {"since_last_days": 90}, "acquire"),
    "acquire_even_at_a_loss": (LOSS | ONCE | {"since_last_days": 5}, "acquire"),
    "retain_rhythm": (PERFORMANCE | LATE | UNLIKELY, "retain"),
    "retain_potential": (POTENTIAL | LATE | UNLIKELY, "retain"),
    "retain_lost": (PERFORMANCE | LATE | GONE, "retain"),
    "retain_once": (PERFORMANCE | ONCE | {"since_last_days": 91} | UNLIKELY, "retain"),
    "let_go_below_zero": (LOSS, "let_go"),
    "let_go_only_returns": (NEVER | {"contribution_minor": -500}, "let_go"),
    "let_go_gone": (STANDARD | LATE | GONE | {"residual_value_minor": 100}, "let_go"),
    "maximise": (POTENTIAL, "maximise"),
    "maximise_late_but_likely": (POTENTIAL | LATE, "maximise"),
    "build_loyalty_performance": (PERFORMANCE, "build_loyalty"),
    "build_loyalty_unlikely_but_on_rhythm": (PERFORMANCE | UNLIKELY, "build_loyalty"),
    "build_loyalty_once": (PERFORMANCE | ONCE | {"since_last_days": 91}, "build_loyalty"),
    "build_loyalty_repeated": (STANDARD | {"purchase_days": 5}, "build_loyalty"),
    "maintain_rhythm": (STANDARD | {"since_last_days": 60}, "maintain"),
    "maintain_overdue": (STANDARD | {"purchase_days": 5} | LATE, "maintain"),
    "maintain_gone_but_worth_it": (STANDARD | LATE | GONE, "maintain"),
    "maintain_once": (STANDARD | ONCE | {"since_last_days": 91}, "maintain"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_first_rule_that_matches_decides(score, case: str) -> None:
    customer, area = CASES[case]

    row = score(customer, JUST_WON, tiers=COMPANY)[0]

    assert row["relationship_area"] == area


def test_a_chance_usual_for_the_customer_is_not_slipping(score) -> None:
    # Every 365 days: the usual chance in a year is 1 - exp(-1) = 0.632, of which 60 % are 0.379.
    rare = PERFORMANCE | {"mean_interpurchase_days": 365.0, "since_last_days": 731}

    rows = score(rare | {"p_buys": 0.38}, rare | {"p_buys": 0.37}, tiers=COMPANY)

    assert [row["relationship_area"] for row in rows] == ["build_loyalty", "retain"]


# With two gaps in 100 days, a silence of s days has the probability (100 / (100 + s))^2: 5 % at 347.2 days.
SILENT = {"repeat_purchase_days": 2, "age_at_last_days": 100, "mean_interpurchase_days": 50.0, "since_last_days": 348}


def test_a_silence_unlikely_at_the_own_rate_is_slipping_whatever_the_model_believes(score) -> None:
    rows = score(
        PERFORMANCE | SILENT,
        PERFORMANCE | SILENT | {"since_last_days": 347},
        POTENTIAL | SILENT,
        STANDARD | SILENT,
        PERFORMANCE | SILENT | GONE,
        tiers=COMPANY,
    )

    assert [row["relationship_area"] for row in rows] == ["retain", "build_loyalty", "retain", "maintain", "retain"]
    assert rows[0]["relationship_area_reason"] == (
        "Valuable and slipping: bought every 50 days, silent for 348 days, 90\xa0% likely to buy again."
    )
    assert rows[4]["relationship_area_reason"].startswith("Valuable, all but lost: bought every 50 days")


def test_more_purchases_make_the_same_silence_less_usual(score) -> None:
    # Ten gaps in 500 days: 5 % at 174.7 days; one gap shows no rhythm.
    often = SILENT | {"repeat_purchase_days": 10, "age_at_last_days": 500, "since_last_days": 175}
    second = SILENT | {"purchase_days": 2, "repeat_purchase_days": 1, "since_last_days": 5_000}

    rows = score(
        PERFORMANCE | often,
        PERFORMANCE | often | {"since_last_days": 174},
        PERFORMANCE | second,
        tiers=COMPANY,
    )

    assert [row["relationship_area"] for row in rows] == ["retain", "build_loyalty", "build_loyalty"]


def test_the_probability_of_an_unusual_silence_is_a_setting(score) -> None:
    chosen = replace(COMPANY, silence_probability=0.30)

    rows = score(
        PERFORMANCE | SILENT | {"since_last_days": 83}, PERFORMANCE | SILENT | {"since_last_days": 82}, tiers=chosen
    )

    assert [row["relationship_area"] for row in rows] == ["retain", "build_loyalty"]


def test_after_one_purchase_the_usual_chance_is_that_of_customers_just_won(engine, score) -> None:
    won = STANDARD | ONCE | {"since_last_days": 10}
    earlier = PERFORMANCE | ONCE | {"since_last_days": 200}

    rows = score(
        won | {"p_buys": 0.1},
        won | {"p_buys": 0.3},
        earlier | {"p_buys": 0.13},
        earlier | {"p_buys": 0.11},
        tiers=COMPANY,
    )

    assert [row["relationship_area"] for row in rows] == ["acquire", "acquire", "build_loyalty", "retain"]
    rule = engine.rows("SELECT * FROM tier_rules WHERE code = 'retain' ORDER BY rule_order").to_pylist()[2]
    assert rule["meaning"].endswith("that of customers just won, 20.0\xa0%.")


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        (
            "en",
            {
                "retain_rhythm": "Valuable and slipping: bought every 30 days, silent for 61 days, 30\xa0% likely to "
                "buy again.",
                "acquire_first": "No purchase yet: the first one is still to be won.",
                "acquire_even_at_a_loss": "First purchase 5 days ago: the second is still being won, up to 90 days.",
                "let_go_below_zero": "Costs more than it brings, 90\xa0% likely to buy in the next 365 days: spend no "
                "more here.",
                "maximise": "High potential, last purchase 20 days ago, 90\xa0% likely to buy again: there is room "
                "to grow.",
                "build_loyalty_repeated": "Repeats on rhythm: 5 purchases, one every 30 days, the last 20 days ago.",
                "maintain_rhythm": "On rhythm: 3 purchases, one every 30 days, the last 60 days ago.",
            },
        ),
        (
            "es",
            {
                "retain_rhythm": "Valioso y alejándose: compraba cada 30 días, lleva 61 días sin comprar y tiene un "
                "30\xa0% de probabilidad de volver a comprar.",
                "acquire_first": "Aún sin compras: queda por ganar la primera.",
                "acquire_even_at_a_loss": "Primera compra hace 5 días: la segunda aún se está ganando, hasta los "
                "90 días.",
                "let_go_below_zero": "Cuesta más de lo que aporta y tiene un 90\xa0% de probabilidad de comprar en los "
                "próximos 365 días: no gastar más aquí.",
                "maximise": "Alto potencial, última compra hace 20 días, un 90\xa0% de probabilidad de volver a "
                "comprar: hay margen para crecer.",
                "build_loyalty_repeated": "Repite a su ritmo: 5 compras, una cada 30 días, la última hace 20 días.",
                "maintain_rhythm": "A su ritmo: 3 compras, una cada 30 días, la última hace 60 días.",
            },
        ),
    ],
)
def test_the_area_is_explained_in_the_language_of_the_run(score, language: str, reasons: dict[str, str]) -> None:
    rows = score(*[CASES[case][0] for case in reasons], tiers=COMPANY, language=language)

    assert [row["relationship_area_reason"] for row in rows] == list(reasons.values())


def test_one_day_is_written_in_the_singular(score) -> None:
    daily = PERFORMANCE | {"mean_interpurchase_days": 1.2, "since_last_days": 1}

    row = score(daily, tiers=COMPANY)[0]

    assert row["relationship_area_reason"] == "High performance: 3 purchases, one every 1 day, the last 1 day ago."


@pytest.mark.parametrize(
    ("chance", "written"), [(0.004, "<1\xa0%"), (0.996, ">99\xa0%"), (0.995, ">99\xa0%"), (0.014, "1\xa0%")]
)
def test_a_chance_is_never_written_as_certain(score, chance: float, written: str) -> None:
    row = score(POTENTIAL | {"p_buys": chance}, tiers=COMPANY)[0]

    assert f" {written} likely" in row["relationship_area_reason"]


histories = st.one_of(
    st.just(NEVER),
    st.integers(0, 2_000).map(lambda since: ONCE | {"since_last_days": since}),
    st.tuples(st.integers(2, 300), st.floats(0.5, 900), st.integers(0, 2_000)).map(
        lambda own: {"purchase_days": own[0], "mean_interpurchase_days": own[1], "since_last_days": own[2]}
    ),
)
customers = st.tuples(histories, st.integers(-9_000, 9_000), st.integers(-9_000, 9_000), st.floats(0, 1)).map(
    lambda drawn: drawn[0] | {"contribution_minor": drawn[1], "residual_value_minor": drawn[2], "p_buys": drawn[3]}
)


@given(st.lists(customers, min_size=1, max_size=30))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_customer_has_exactly_one_area_with_a_reason(engine, score, drawn: list[dict[str, object]]) -> None:
    rows = score(*drawn)

    assert [row["customer_id"] for row in rows] == [f"C{number}" for number in range(len(drawn))]
    for row in rows:
        assert row["relationship_area"] in contracts.AREAS_IN_ORDER
        assert row["relationship_area_reason"].endswith(".")
        assert "{" not in row["relationship_area_reason"] + row["value_tier_reason"]
    totals = areas.summarize(engine).to_pylist()
    assert sum(total["customers"] for total in totals) == len(drawn)
    assert sum(total["share"] for total in totals) == pytest.approx(1)
