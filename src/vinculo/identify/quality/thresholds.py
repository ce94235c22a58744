"""Thresholds: the least share of a field that must pass a measure, and what happens where fewer do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vinculo.foundation.phrases import Phrase
from vinculo.identify.quality import faults
from vinculo.identify.quality.faults import COMPLETE, SURE, VALID
from vinculo.identify.quality.freshness import COLUMNS
from vinculo.identify.quality.scores import FieldScore, Measured

WARN, STOP = "warn", "stop"
EFFECTS = (WARN, STOP)
ROW, KEY = "row", "key"
"""Fields of files alone: rows that can come in, and rows that something tells from others."""
OF_LOADS = {**dict.fromkeys(COLUMNS, (COMPLETE, VALID, SURE)), ROW: (COMPLETE,), KEY: (COMPLETE,)}
"""What can be measured of a file before it comes in; the other measures need the base."""
NAMES = {
    "record": Phrase("whole records"),
    "name": Phrase("names"),
    "email": Phrase("e-mails"),
    "phone": Phrase("phones"),
    "tax_id": Phrase("tax numbers"),
    "birth_on": Phrase("birth dates"),
    "lines": Phrase("streets"),
    "postcode": Phrase("postcodes"),
    "city": Phrase("towns"),
    "country": Phrase("countries"),
    "language": Phrase("languages"),
    faults.ROLE: Phrase("roles in companies"),
    ROW: Phrase("rows of the file"),
    KEY: Phrase("customer numbers"),
}
"""What the values of a field are called in a sentence."""
FAILING = {
    COMPLETE: Phrase("are missing"),
    VALID: Phrase("are not valid"),
    SURE: Phrase("are in doubt"),
    faults.UNIQUE: Phrase("are borne by several customers"),
    faults.FRESH: Phrase("are not fresh"),
    faults.CONSISTENT: Phrase("are contradicted"),
}
"""What those that fail a measure are."""
UNUSABLE = Phrase("cannot come in")
SENTENCE = "Among {field}, {failing:,}% {what}; at most {most:,}% allowed."


Found = Mapping[tuple[str, str], Measured]
"""What was measured, by field and measure."""


@dataclass(frozen=True)
class Threshold:
    """The least share of a field that must pass a measure."""

    field: str
    measure: str
    least: float
    effect: str = WARN


@dataclass(frozen=True)
class Broken:
    """A threshold that something does not reach."""

    threshold: Threshold
    found: Measured

    @property
    def stops(self) -> bool:
        """Tell whether a file must not come in with it."""
        return self.threshold.effect == STOP

    @property
    def sentence(self) -> Phrase:
        """Say what is wrong.

        >>> str(Broken(Threshold("email", "valid", 0.8), Measured("valid", 100, {"typo": 37})).sentence)
        'Among e-mails, 37% are not valid; at most 20% allowed.'
        """
        measure, name = self.threshold.measure, self.threshold.field
        return Phrase(
            SENTENCE,
            failing=percent(self.found.failing / self.found.of),
            field=NAMES[name],
            what=UNUSABLE if name == ROW else FAILING[measure],
            most=percent(1 - self.threshold.least),
        )


def percent(share: float) -> float:
    """Return a share in percent, a small one with a decimal so that it is not taken for the limit it exceeds.

    >>> percent(0.37), percent(0.0512), percent(0.2)
    (37, 5.1, 20)
    """
    exact = round(100 * share, 1)
    return round(exact) if exact >= 10 or exact == int(exact) else exact


def broken(found: Found, thresholds: Iterable[Threshold]) -> list[Broken]:
    """Return the thresholds that are not reached, those that stop first; where nobody is asked about, none is broken.

    >>> found = {("email", "complete"): Measured("complete", 10, {"missing": 3})}
    >>> [each.threshold.least for each in broken(found, [Threshold("email", "complete", 0.8)])]
    [0.8]
    """
    missed = []
    for each in thresholds:
        measured = found.get((each.field, each.measure))
        if measured is not None and measured.share is not None and measured.share < each.least - 1e-9:
            missed.append(Broken(each, measured))
    return sorted(missed, key=lambda each: not each.stops)


def measured(scores: Iterable[FieldScore]) -> Found:
    """Return the measures of some fields."""
    return {(score.field, name): each for score in scores for name, each in score.measures.items()}
