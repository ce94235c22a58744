"""Why: what speaks for two records being one customer, and what against, in the language of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from vinculo.foundation import language
from vinculo.identify.records.matching import lookup
from vinculo.identify.records.matching.lookup import Pair
from vinculo.web import shell


@dataclass(frozen=True)
class Bar:
    """One step of a waterfall: its name, what it adds, and where it leads, in powers of two."""

    name: str
    weight: float
    total: float


@dataclass(frozen=True)
class Why:
    """Two records, one sentence, and the steps to it."""

    party_id: int
    other_id: int
    sentence: str
    bars: list[Bar]


def of(party_ids: Sequence[int], other_ids: Sequence[int]) -> Why | None:
    """Return why the surest pair of two customers is one, or is not; nothing where they cannot be compared."""
    found = lookup.pairs_between(party_ids, other_ids)
    return said(found[0]) if found else None


def said(pair: Pair) -> Why:
    """Say why."""
    say = language.translator(shell.language())
    bars = [Bar(step.label.say(say), step.weight, step.total) for step in pair.steps]
    return Why(pair.party_id, pair.other_id, pair.sentence.say(say), bars)
