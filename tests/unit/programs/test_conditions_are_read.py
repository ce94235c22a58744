"""Conditions are read by their grammar, written as they were read, and refused with the place that is wrong."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.foundation import language
from vinculo.programs.earning import conditions, grammar
from vinculo.programs.earning.attributes import ATTRIBUTES, Attribute
from vinculo.programs.earning.conditions import All, Comparison, Condition, Either, Negation
from vinculo.programs.earning.grammar import OPERATORS, ConditionError

SPANISH = language.translator("es")
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
NUMBERS = st.decimals(-(10**6), 10**6, places=4, allow_nan=False, allow_infinity=False)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    attribute: Attribute = draw(st.sampled_from(list(ATTRIBUTES.values())))
    if attribute.kind == "flag":
        return Comparison(attribute, "flag")
    values = {"text": st.sampled_from(attribute.choices) if attribute.choices else TEXTS, "date": st.dates()}
    operator = draw(st.sampled_from(OPERATORS[attribute.kind]))
    count = {"between": (2, 2), "in": (1, 4)}.get(operator, (1, 1))
    found = st.lists(values.get(attribute.kind, NUMBERS), min_size=count[0], max_size=count[1])
    return Comparison(attribute, operator, tuple(draw(found)))


CONDITIONS = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
        inner.map(Negation),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(CONDITIONS)
def test_what_is_written_reads_as_itself(condition: Condition) -> None:
    assert grammar.read(conditions.written(condition)) == condition


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_place_in_both_languages(text: str) -> None:
    refused = refusal(text)

    assert refused is None or 1 <= int(str(refused.at)) <= len(text) + 1
    assert refused is None or refused.say(SPANISH) != str(refused)


def refusal(text: str) -> ConditionError | None:
    try:
        grammar.read(text)
    except ConditionError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("levl = gold", 1, "did you mean level?"),
        ("order_net >= 5 and", 19, "an attribute is missing"),
        ("level < 'a'", 7, "cannot be compared by '<'"),
        ("hour = 'x'", 8, "a number as 12.50"),
        ("hour = 1 hour = 2", 10, "join conditions by and, or"),
        ("(hour = 1", 10, "')' is missing"),
        ("weekday = monday", 11, "choose among mon, tue"),
        ("date > 2026-02-30", 8, "a date as 2026-11-27"),
        ("level = 'gold", 9, "single quotes"),
        ("import os", 1, "is no attribute"),
        ("hour = 1; DROP TABLE x", 9, "cannot be read"),
        ("not " * 50 + "discounted", 165, "not go deeper than 40"),
    ],
)
def test_an_error_says_where_and_what_would_be_right(text: str, at: int, says: str) -> None:
    with pytest.raises(ConditionError) as refused:
        grammar.read(text)

    assert refused.value.at == at
    assert says in str(refused.value)


def test_words_need_no_quotes_and_and_binds_more_than_or() -> None:
    found = grammar.read("level = gold or first_purchase and date in (2026-11-27, 2026-11-28)")

    assert isinstance(found, Either)
    assert isinstance(found.parts[1], All)
    assert found.parts[0] == Comparison(ATTRIBUTES["level"], "=", ("gold",))
    assert found.parts[1].parts[1] == Comparison(ATTRIBUTES["date"], "in", (date(2026, 11, 27), date(2026, 11, 28)))


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [("<", "10.5", 10), ("<=", "10.5", 10), (">", "10.5", 11), (">=", "10.5", 11), ("=", "10", 10), ("!=", "10.5", 3)],
)
def test_amounts_between_whole_minor_units_are_compared_exactly(operator: str, value: str, holds: int) -> None:
    import numpy as np

    found = conditions.among(np.array([holds, 1000 if operator[0] == "<" else 0]), operator, [Decimal(value)])

    assert found[0]
    assert operator == "!=" or not found[1]
