"""Preparation: records of one kind made ready to be compared, once for training and matching.

Tables of the engine are named after the kind: `person_traits`, `person_overshared`, `person_fields`, `person_scored`,
`person_edges`, `person_clusters`.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from vinculo.foundation.errors import InputError
from vinculo.identify.matching import comparisons, fields
from vinculo.identify.matching.comparisons import Specification
from vinculo.warehouse.engine import Engine

COLUMNS = (
    *("record_id", "kind", "given_name", "family_name", "second_family_name", "full_name", "birth_date", "email"),
    *("phone", "tax_id", "street", "postcode", "city"),
)
"""What the relation `records` must have; one row is one clean record. Country and source are not compared."""


@dataclass(frozen=True)
class Prepared:
    """Records of one kind, ready to be compared, in tables of an engine."""

    engine: Engine
    specification: Specification
    scratch: Path
    """A folder for what passes between the engine and Splink; the caller removes it."""
    records: int

    def name(self, what: str) -> str:
        """Return the name of one of its tables."""
        return f"{self.specification.kind}_{what}"

    def all_fields(self) -> Path:
        """Return the folder with the fields of all its records, where Splink reads them too."""
        folder = self.scratch / self.name("fields")
        if not folder.exists():
            self.engine.write(folder, self.usable(self.name("traits")))
        return folder

    def fields_of(self, ids: str) -> str:
        """Return the query of the fields of the records in a relation of ids."""
        traits = f"(SELECT * FROM {self.name('traits')} WHERE record_id IN (SELECT record_id FROM {ids}))"
        return self.usable(traits)

    def usable(self, traits: str) -> str:
        """Return the query of the fields of some of its traits."""
        return fields.usable(self.engine, self.specification, traits, self.name("overshared"))


def require(engine: Engine, relation: str = "records") -> None:
    """Raise unless a relation has the columns of clean records."""
    found = set(engine.rows(f"SELECT * FROM {relation} LIMIT 0").column_names)
    lacking = [column for column in COLUMNS if column not in found]
    if lacking:
        raise InputError(
            "Records to match lack {columns}: give every column, empty where nothing is known.", columns=lacking
        )


def prepare(engine: Engine, kind: str, scratch: Path) -> Prepared:
    """Derive what is compared from the relation `records` of clean records."""
    require(engine)
    specification = comparisons.BY_KIND[kind]
    prepared = Prepared(engine, specification, scratch, 0)
    shutil.rmtree(scratch / prepared.name("fields"), ignore_errors=True)
    fields.derive(engine, specification, prepared.name("traits"))
    fields.usage(engine, specification, prepared.name("traits"), prepared.name("overshared"))
    return counted(prepared)


def counted(prepared: Prepared) -> Prepared:
    """Return the same with the number of its records."""
    found = prepared.engine.rows(f"SELECT count(*) AS records FROM {prepared.name('traits')}")
    return Prepared(prepared.engine, prepared.specification, prepared.scratch, found.column("records")[0].as_py())
