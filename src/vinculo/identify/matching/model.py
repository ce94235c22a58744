"""A model: what Splink learned about one kind of record, with the frequencies of names, as one JSON file.

The file says which versions of Splink, of our comparisons and of the cleaning made it: a score is only comparable with
others of the same model. Frequencies and the prior are frozen with it, so that the score of two records never depends
on who else is in the base.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from vinculo.foundation.errors import VinculoError
from vinculo.identify.matching import comparisons
from vinculo.identify.matching.comparisons import Specification

CLEANER = "1"
"""Raise it when the fields of a record change: models and stored fields of another cleaner do not fit."""
FREQUENCIES = pa.schema([("field", pa.string()), ("value", pa.string()), ("frequency", pa.float64())])


class ModelError(VinculoError):
    """The matching model cannot be used."""

    code = "matching.model"


@dataclass(frozen=True)
class Bands:
    """Match weights (log2 of the odds) from which a pair is matched by itself, or shown to a steward."""

    auto: float = 6.6
    """About 0.99."""
    steward: float = 0.0
    """An even chance."""
    namesake: float = 10.0
    """From which a pair that nothing of one's own speaks for is matched by itself: about 0.999.

    Names go with age and place, and the model takes fields for independent: coincidences of name and birth date are
    several times as frequent as it says. At ten times the odds, what is matched is right as often as the rest.
    """


@dataclass(frozen=True)
class Model:
    """What was learned about one kind of record."""

    kind: str
    settings: dict[str, Any]
    """As Splink saves and loads them."""
    frequencies: dict[str, dict[str, float]]
    bands: Bands = Bands()
    cleaner: str = CLEANER
    trained_on: int = 0
    """Records that it was trained on."""
    origin: str = "own"
    """`own`, or `shipped` with the program."""
    splink: str = field(default="")

    @cached_property
    def version(self) -> str:
        """Return a short name that changes whenever anything of the model does."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]

    @property
    def specification(self) -> Specification:
        """Return how records of its kind are compared."""
        return comparisons.BY_KIND[self.kind]

    def table(self) -> pa.Table:
        """Return the relation `frequencies`; one row is a `field`, a `value` and its share."""
        rows = [
            {"field": name, "value": value, "frequency": share}
            for name, shares in self.frequencies.items()
            for value, share in shares.items()
        ]
        return pa.Table.from_pylist(rows, schema=FREQUENCIES)

    def for_base(self, records: int) -> Self:
        """Return a shipped model with the prior of a base of another size: pairs grow faster than duplicates."""
        if self.origin != "shipped":
            return self
        prior = min(0.5, self.settings["probability_two_random_records_match"] * self.trained_on / max(records, 2))
        return replace(self, settings=self.settings | {"probability_two_random_records_match": prior})

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load(path: Path) -> Model:
    """Read a model from JSON."""
    return read(path.read_text(encoding="utf-8"), str(path))


def shipped(kind: str) -> Model:
    """Return the model that comes with the program, for bases too small to train on."""
    name = f"shipped_{kind}.json"
    return read((files("vinculo.identify.matching") / name).read_text(encoding="utf-8"), name)


def read(text: str, path: str) -> Model:
    """Return the model a text holds; one of another cleaner is refused."""
    try:
        found = json.loads(text)
        model = Model(**(found | {"bands": Bands(**found["bands"])}))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError("{path} is not a matching model: train one, or take the one shipped.", path=path) from error
    if model.cleaner != CLEANER:
        raise ModelError(
            "{path} was made for cleaner {found}, and this is {expected}: train the model again.",
            path=path,
            found=model.cleaner,
            expected=CLEANER,
        )
    return model
