"""Units: each customer as each source knows it, in two sets of bits; of the whole base, or of some customers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.db import connection

from vinculo.identify import folding
from vinculo.identify.cleaning import cleaned, emails, places
from vinculo.identify.quality import faults
from vinculo.identify.records.quality import lives
from vinculo.warehouse.reading.sources.source import literal

Units = dict[int, dict[int, tuple[int, int]]]
"""What is held and noted, by customer and source."""
_SOME = {
    "of_parties": "AND id = ANY (%(ids)s)",
    "of_values": """AND (borne.normalised, borne.kind) IN (
        SELECT normalised, kind FROM identify_identifier WHERE customer_id = ANY (%(ids)s))""",
    "of_records": """AND (record.source_id, record.source_key) IN (
        SELECT source_id, value COLLATE "C" FROM identify_identifier
        WHERE customer_id = ANY (%(ids)s) AND kind = 'source_key')""",
}
_EVERYBODY = dict.fromkeys(_SOME, "")
_MISSPELT = [wrong for all_wrong in emails.MISSPELT.values() for wrong in all_wrong]


def query(*, now: datetime, some: bool = False) -> str:
    """Return the statement that works them out: customer_id, source_id, holds, marks."""
    marks = faults.marks_of_notes()
    # Whether a provider is misspelt is seen of the address itself, which a hand may have put right since.
    noted = {said: bit for said, bit in marks.items() if said[1] != cleaned.TYPO}
    notes = ", ".join(f"({literal(column)}, {literal(note)}, {bit})" for (column, note), bit in noted.items())
    righted: dict[str, int] = defaultdict(int)
    for (column, _note), bit in marks.items():
        righted[column] |= bit
    by_hand = " | ".join(
        f"CASE WHEN record.payload->'clean' ? {literal(column)} THEN {bits} ELSE 0 END"
        for column, bits in righted.items()
    )
    provinces = ", ".join(
        f"('{number:02}', {literal(name)}, {literal(folding.fold(name))})" for number, name in places.PROVINCES.items()
    )
    bits = {**faults.HELD, **{f"{name}_{kind}": bit for (name, kind), bit in faults.MARKS.items()}}
    text = (files("vinculo.identify.records.quality") / "units.sql").read_text("utf-8")
    asked = _SOME if some else _EVERYBODY
    ages = lives.conditions(now=now)
    return text.format(**bits, **asked, **ages, notes=notes, by_hand=by_hand, provinces=provinces)


def parameters(*, now: datetime, **more: Any) -> dict[str, Any]:
    """Return what the statement asks for."""
    return {"now": now, "misspelt": _MISSPELT, **more}


def units_of(customer_ids: Sequence[int], *, now: datetime) -> Units:
    """Return what each source holds and notes of some customers, all of whose ids are given."""
    found: Units = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(query(now=now, some=True), parameters(now=now, ids=list(customer_ids)))
        for customer, source, holds, marks in cursor.fetchall():
            found[customer][source] = holds, marks
    return found


def together(known: Units) -> tuple[int, int] | None:
    """Return what all sources together hold and note of one customer; nothing where none knows it."""
    found = [unit for sources in known.values() for unit in sources.values()]
    return faults.together(found) if found else None
