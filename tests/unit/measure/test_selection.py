"""A selection: what a link says is what is read from it, and nothing a stranger writes becomes part of a query."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.make import scores

from vinculo.foundation.errors import InputError
from vinculo.measure import people, selection
from vinculo.measure.charts.reader import Reader
from vinculo.measure.selection import Condition
from vinculo.warehouse.duck import DuckEngine


def read(query: str) -> selection.Selection:
    return selection.read(parse_qs(query).items())


def test_an_address_gives_the_selection_it_was_written_from() -> None:
    chosen = selection.of("7", tier="standard", rank_from=1, rank_to=217, country="Côte d'Ivoire & more")

    assert read(chosen.query) == chosen


@given(
    st.sampled_from(sorted(selection.TERMS)),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
)
def test_any_text_is_read_back_or_refused_in_a_sentence(name: str, text: str) -> None:
    try:
        chosen = selection.of("7", **{name: text})
    except InputError:
        return

    assert read(chosen.query) == chosen


def test_what_is_no_term_and_what_is_empty_is_left_alone() -> None:
    chosen = selection.read([("q", ["ana"]), ("tier", [""]), ("page", ["2"]), ("area", ["retain"]), ("run", ["3"])])

    assert chosen == selection.of("3", area="retain")


@pytest.mark.parametrize(
    "query",
    [
        "rank_to=many",
        "p_buys_from=high",
        "first_from=yesterday",
        "change=better",
        "p_buys_to=nan",
        "rank_to=99999999999999999999",
    ],
)
def test_a_value_that_makes_no_sense_is_refused(query: str) -> None:
    with pytest.raises(InputError):
        read(query)


def test_terms_of_one_label_are_alternatives_and_all_others_hold_together() -> None:
    chosen = read("tier=standard&tier=below_zero&rank_to=20&p_buys_below=0.5")

    assert chosen.conditions == (
        Condition("value_tier", "in", ("below_zero", "standard")),
        Condition("p_buys", "below", 0.5),
        Condition("contribution_rank", "to", 20),
    )
    assert not chosen.from_history
    assert read("bought_from=2011-01-01").from_history


def test_a_hostile_value_is_a_value_and_no_sql(tmp_path: Path) -> None:
    hostile = "x') OR true --"
    countries = {"a": "Spain", "b": None, "c": hostile}
    with DuckEngine(tmp_path) as engine:
        engine.attach(
            "value", scores.table([{"customer_id": name, "country": country} for name, country in countries.items()])
        )

        assert people.count(engine, selection.of("", country=hostile)) == 1
        assert people.count(engine, selection.of("", tier="$lapse_days $other")) == 0
        assert people.ids(engine, selection.of("", country="unknown")) == ["b"]


def test_each_term_is_said_in_the_language_of_the_reader() -> None:
    chosen = selection.of("7", tier="high_performance", rank_to=1200, p_buys_below=0.5, bought_from="2011-06-01")

    english, spanish = (" · ".join(chosen.words(Reader(language, "EUR"))) for language in ("en", "es"))

    assert english == (
        "Bought from 1 June 2011 · Chance to buy: below 50% · Rank by past profit: up to 1,200"
        " · Value tier: High performance"
    )
    assert "Alto rendimiento" in spanish
    assert "1.200" in spanish
