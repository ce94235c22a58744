"""The scorer: two records weighed with a model, equal to Splink's `score_pairs`, in a fraction of a millisecond.

Splink builds and runs SQL for every call, a fifth of a second for a pair; a form or a till cannot wait for that. Each
comparison takes the first level whose condition holds; its weight is log2(m/u), moved by how frequent the name is.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vinculo.identify.matching.comparisons import IDENTIFYING, OWN, PARTING
from vinculo.identify.matching.fields import PACKAGE
from vinculo.identify.matching.model import Bands, Model
from vinculo.identify.matching.scoring import expressions
from vinculo.identify.matching.scoring.expressions import Evaluate, Record
from vinculo.warehouse import queries

_LEAST = 1e-300
"""Splink takes no probability for smaller than that in a weight."""


@dataclass(frozen=True)
class Field:
    """What one field says about two records."""

    name: str
    level: str
    """How alike they are in it: `missing`, `same`, `near`, … `other`."""
    weight: float
    """In powers of two: above zero it speaks for one person, below against."""
    of_frequency: float = 0.0
    """The part of the weight that comes from how frequent the value is."""


@dataclass(frozen=True)
class Score:
    """How likely two records are of one person, and why."""

    weight: float
    probability: float
    prior: float
    """The weight before anything is compared."""
    fields: tuple[Field, ...]
    model_version: str
    rules: tuple[str, ...] = ()
    """Guardrails that the pair breaks."""

    @property
    def identified(self) -> bool:
        """Tell whether something of one's own agrees, not only what namesakes share."""
        return any(field.name in OWN and field.weight >= IDENTIFYING for field in self.fields)

    def band(self, bands: Bands) -> str:
        """Return whether the pair is matched by itself, shown to a steward, or kept apart."""
        if self.weight < bands.steward or PARTING.intersection(self.rules):
            return "separate"
        if self.weight < bands.auto:
            return "separate" if self.rules else "steward"
        told = self.identified or self.weight >= bands.namesake
        return "steward" if self.rules or not told else "auto"


@dataclass(frozen=True)
class _Level:
    name: str
    holds: Evaluate
    weight: float
    frequency_of: str
    base: float
    """log2 of u of the exact level, which a frequency takes the place of."""
    least: float
    strength: float


class Scorer:
    """A model made ready to score pairs of records, given as their fields (`fields.usable`)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        chance = model.settings["probability_two_random_records_match"]
        self.prior = math.log2(chance / (1 - chance))
        self.comparisons = {
            comparison["output_column_name"]: levels(comparison["comparison_levels"])
            for comparison in model.settings["comparisons"]
        }
        specification = model.specification
        query = queries.load(PACKAGE, specification.guardrails)
        self.guardrails = {
            rule: breaks for rule, breaks in expressions.columns(query).items() if rule in specification.rules
        }

    def score(self, left: Record, right: Record) -> Score:
        """Return the score of two records."""
        fields = tuple(self.field(name, left, right) for name in self.comparisons)
        weight = self.prior + sum(field.weight for field in fields)
        broken = tuple(rule for rule, breaks in self.guardrails.items() if breaks(left, right))
        return Score(weight, probability(weight), self.prior, fields, self.model.version, broken)

    def field(self, name: str, left: Record, right: Record) -> Field:
        """Return what one field says."""
        for level in self.comparisons[name]:
            if level.holds(left, right):
                moved = self.moved(level, left, right) if level.frequency_of else 0.0
                return Field(name, level.name, level.weight + moved, moved)
        raise AssertionError(f"{name} has no level for everything else")

    def moved(self, level: _Level, left: Record, right: Record) -> float:
        """Return by how much the frequency of the values moves the weight of a level."""
        shares = self.model.frequencies[level.frequency_of]
        found = [
            shares.get(value, 0.0) for side in (left, right) if (value := side.get(level.frequency_of)) is not None
        ]
        return level.strength * (level.base - math.log2(max(*found, level.least))) if found else 0.0


def probability(weight: float) -> float:
    """Return the probability that belongs to a match weight.

    >>> probability(0.0), round(probability(6.63), 3)
    (0.5, 0.99)
    """
    return 1 / (1 + 2**-weight) if weight >= 0 else 2**weight / (1 + 2**weight)


def levels(saved: list[Mapping[str, Any]]) -> tuple[_Level, ...]:
    """Return the levels of a comparison as Splink saved them, with what is needed to weigh them."""
    exact = {
        frequency_of: level["u_probability"]
        for level in saved
        if (frequency_of := level.get("tf_adjustment_column"))
        and level["sql_condition"] == f"{frequency_of}_l = {frequency_of}_r"
    }
    return tuple(_level(level, exact) for level in saved)


def _level(saved: Mapping[str, Any], exact: Mapping[str, float]) -> _Level:
    of = saved.get("tf_adjustment_column", "")
    missing = saved.get("is_null_level", False)
    m, u = (1.0, 1.0) if missing else (saved["m_probability"], saved["u_probability"])
    return _Level(
        name=saved["label_for_charts"],
        holds=expressions.compiled(saved["sql_condition"]),
        weight=0.0 if missing else math.log2(max(m, _LEAST) / max(u, _LEAST)),
        frequency_of=of,
        base=math.log2(exact[of]) if of else 0.0,
        least=saved.get("tf_minimum_u_value", 0.0),
        strength=saved.get("tf_adjustment_weight", 1.0),
    )
