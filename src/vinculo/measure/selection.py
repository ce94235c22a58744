"""Selection: which customers stand behind a mark of a chart, as a predicate that is written into its link.

The mark is summed with the predicate and the list is filtered by it, so both hold the same customers. A selection is
written as the query of an address (`?run=7&tier=high_performance&rank_to=217`) and read back from one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from vinculo.differentiate.rfmt.migration import CAME
from vinculo.foundation.errors import InputError
from vinculo.identify.cleaning import places
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import names

UNKNOWN = "unknown"
"""The value of a dimension that is not known for a customer."""
CHANGES = ("acquired", "recovered", "risen", "fallen", "unchanged", "lost")
CHANGE_NAMES = {
    "acquired": "Acquired",
    "recovered": "Recovered",
    "risen": "Risen",
    "fallen": "Fallen",
    "unchanged": "Unchanged",
    "lost": "Lost",
    "new_customer": "New customer",
    "gone": "Gone",
}
"""What became of a customer's residual value between two runs; see `bridge`."""


@dataclass(frozen=True)
class Term:
    """A name that the query may hold: the column it filters, its kind (text, integer, number, date) and its words.

    A term without a column needs the tables of a run, not the row of a customer.
    """

    name: str
    column: str
    kind: str
    label: str
    operator: str = "in"


LABELS = (
    Term("tier", "value_tier", "text", "Value tier"),
    Term("area", "relationship_area", "text", "Relationship area"),
    Term("segment", "rfmt_segment", "text", "RFMT segment"),
    Term("group", "segment", "text", "Segment"),
    Term("country", "country", "text", "Country"),
    Term("channel", "channel", "text", "Channel"),
    Term("category", "dominant_category", "text", "Type of goods"),
    Term("r", "recency_score", "integer", "Recency"),
    Term("f", "frequency_score", "integer", "Frequency"),
    Term("m", "monetary_score", "integer", "Monetary value"),
    Term("t", "time_score", "integer", "Time between purchases"),
)
MEASURES = (
    Term("rank", "contribution_rank", "integer", "Rank by past profit"),
    Term("p_buys", "p_buys", "number", "Chance to buy"),
    Term("contribution", "contribution_minor", "integer", "Past profit"),
    Term("residual", "residual_value_minor", "integer", "Residual value"),
    Term("total", "total_value_minor", "integer", "Total value"),
    Term("net_sales", "net_sales_minor", "integer", "Net sales"),
    Term("purchase_days", "purchase_days", "integer", "Purchase days"),
    Term("repeats", "repeat_purchase_days", "integer", "Repeat purchase days"),
    Term("since_last", "since_last_days", "integer", "Days since last purchase"),
    Term("age_at_last", "age_at_last_days", "integer", "Days between first and last purchase"),
    Term("first", "first_purchase_on", "date", "First purchase"),
    Term("last", "last_purchase_on", "date", "Last purchase"),
)
HISTORY = (
    Term("bought_from", "", "date", "Bought from"),
    Term("bought_to", "", "date", "Bought until"),
    Term("traded_from", "", "date", "Bought or returned from"),
    Term("traded_to", "", "date", "Bought or returned until"),
    Term("silent_from", "", "date", "Did not buy from"),
    Term("silent_to", "", "date", "Did not buy until"),
    Term("earlier", "", "text", "Compared with run"),
    Term("tier_was", "value_tier", "text", "Tier before", "was"),
    Term("area_was", "relationship_area", "text", "Area before", "was"),
    Term("segment_was", "rfmt_segment", "text", "Segment before", "was"),
    Term("change", "", "text", "What became of the value"),
    Term("gone", "", "text", "No longer in run"),
)
LARGEST = 2**63 - 1
Number = TypeVar("Number", int, float)
ENDS = ("from", "to", "below")
TERMS = {
    **{term.name: term for term in LABELS},
    **{
        f"{term.name}_{end}": Term(f"{term.name}_{end}", term.column, term.kind, term.label, end)
        for term in MEASURES
        for end in ENDS
    },
    **{term.name: term for term in HISTORY},
}
CODED = ("value_tier", "relationship_area", "rfmt_segment")
"""Columns that hold codes of ours, which have names."""
IN_HISTORY = frozenset(term.name for term in HISTORY)
DIMENSIONS = {"country": "country", "channel": "channel", "segment": "group", "dominant_category": "category"}
"""The term of each dimension that a run can be cut by; a cohort is a pair of days."""


@dataclass(frozen=True)
class Condition:
    """A column of a customer's served row, and what it must be: in (a tuple), from (>=), to (<=) or below (<)."""

    column: str
    operator: str
    value: tuple[object, ...] | object


@dataclass(frozen=True)
class Selection:
    """The customers of a run for whom all terms hold; without terms, everybody."""

    run: str = ""
    terms: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """Write the selection as the query of an address, always in the same order.

        >>> of("7", tier="standard", rank_to=20).query
        'run=7&rank_to=20&tier=standard'
        """
        return urlencode([("run", self.run)] * bool(self.run) + list(self.terms))

    def narrowed(self, **terms: object) -> "Selection":
        """Return the selection with more terms."""
        return Selection(self.run, tuple(sorted({*self.terms, *of("", **terms).terms})))

    @property
    def from_history(self) -> bool:
        """Tell whether a term needs the tables of a run, so that the served row of a customer is not enough."""
        return any(name in IN_HISTORY for name, _ in self.terms)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return what the served row of a customer must fulfil; terms of one label are alternatives."""
        found: list[Condition] = []
        alternatives: dict[str, list[object]] = {}
        for name, text in self.terms:
            term = TERMS[name]
            if name in IN_HISTORY:
                continue
            if term.operator == "in":
                alternatives.setdefault(term.column, []).append(value_of(term, text))
            else:
                found.append(Condition(term.column, term.operator, value_of(term, text)))
        return (*(Condition(column, "in", tuple(values)) for column, values in alternatives.items()), *found)

    def given(self, name: str) -> str:
        """Return the text of a term, empty when the selection has none."""
        return next((text for found, text in self.terms if found == name), "")

    def words(self, reader: Reader) -> tuple[str, ...]:
        """Say each term in the reader's language, for a page to show and take away."""
        return tuple(sentence(reader, TERMS[name], text) for name, text in self.terms)


def of(run: str, **terms: object) -> Selection:
    """Return the selection of terms given by their names; None leaves a term out.

    Raises
    ------
    InputError
        When there is no such term, or its value makes no sense.
    """
    return read(
        [("run", [run]), *((name, [str(value)]) for name, value in terms.items() if value is not None)], all=True
    )


def read(given: Iterable[tuple[str, Sequence[str]]], *, all: bool = False) -> Selection:
    """Read a selection from the parameters of an address.

    Names that are no terms (a search, a page) are left alone, unless `all` are to be terms. Empty values count as
    not given: forms send them.

    Raises
    ------
    InputError
        When the value of a term makes no sense.
    """
    run, terms = "", set()
    for name, values in given:
        if name == "run":
            run = next((value for value in values if value), "")
        elif name in TERMS:
            terms |= {(name, value.replace("\0", "")) for value in values if value.strip("\0")}
        elif all:
            raise InputError("There is no term {term} to select customers by.", term=name)
    for name, text in terms:
        value_of(TERMS[name], text)
    return Selection(run, tuple(sorted(terms)))


def value_of(term: Term, text: str) -> object:
    """Return the value that a text stands for."""
    try:
        if term.kind == "integer":
            return within(int(text))
        if term.kind == "number":
            return within(float(text))
        if term.kind == "date":
            return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "{term}={text} cannot be understood: write a whole number, a share such as 0.5 or a day (2011-06-09).",
            term=term.name,
            text=text,
        ) from None
    if term.name == "change" and text not in CHANGES:
        raise InputError("There is no change {text}: choose one of {known}.", text=text, known=CHANGES)
    return text


def within(value: Number) -> Number:
    """Return a number that the stores can hold; infinities and what is no number are refused with a `ValueError`."""
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(value)
    return value


def name_of(reader: Reader, term: Term, text: str) -> str:
    """Write a code in the reader's words; what stands in the data (a channel) stays as it is."""
    if term.name == "change" or text == CAME:
        return reader.say(CHANGE_NAMES[text])
    if text == UNKNOWN:
        return reader.say("unknown")
    if term.column == "country":
        return places.country_name(text, reader.language)
    return names.of(reader, text) if term.column in CODED else text


def sentence(reader: Reader, term: Term, text: str) -> str:
    """Say one term: what is looked at, and what it must be."""
    value = value_of(term, text)
    label = reader.say(term.label)
    if term.kind == "date":
        said = reader.day(text)
    elif term.kind == "number":
        said = reader.share(float(text))
    elif term.column.endswith("_minor"):
        said = reader.money(int(text))
    elif isinstance(value, int):
        said = reader.number(value)
    else:
        said = name_of(reader, term, text)
    frame = {"from": "{label}: {value} or more", "to": "{label}: up to {value}", "below": "{label}: below {value}"}
    if term.name in IN_HISTORY and term.kind == "date":
        return reader.say("{label} {day}", label=label, day=said)
    if term.kind == "date":
        frame = {"from": "{label}: from {value}", "to": "{label}: until {value}", "below": "{label}: before {value}"}
    return reader.say(frame.get(term.operator, "{label}: {value}"), label=label, value=said)
