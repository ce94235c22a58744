"""Likeness: which new rows of a file are probably customers whom another source, or another number, knows already.

By the model in force, as forms ask before somebody is entered. Of a large file a sample is looked at, the same one
each time; what holds for it is told with its interval.
"""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from vinculo.foundation import language
from vinculo.identify import folding
from vinculo.identify.matching.comparisons import PERSON
from vinculo.identify.records.imports.kinds import Work
from vinculo.identify.records.matching import lookup
from vinculo.identify.records.models import Customer, Identifier

SAMPLE = 200
"""New rows looked at: a few seconds, whatever the size of the base."""
SHOWN = 8
PIECE = 1_000
MOST = 50_000
"""Rows among which new ones are looked for."""
SPOKEN = ("en", "es")
_NORMAL = 1.959964
_ROWS = """
SELECT row_number, source_key, payload FROM party_rows WHERE first_copy
QUALIFY row_number() OVER (PARTITION BY source_key ORDER BY row_number DESC) = 1 ORDER BY hash(source_key) LIMIT {most}
"""


def foreseen(work: Work) -> dict[str, Any]:
    """Return how many of the new rows are surely, or maybe, customers who are known; to be asked before they are in.

    `looked_at` rows were compared; `same` of them would be matched by themselves and `maybe` be shown to somebody;
    `whole` is whether these were all new rows. `examples` are the surest: row, name, customer_id, band, and why, by
    language.
    """
    if work.arrival.kind != "customers" or not Customer.objects.exists():
        return {}
    found: list[dict[str, Any]] = []
    looked_at, whole = 0, True
    for row_number, record in newcomers(work):
        if looked_at == SAMPLE:
            whole = False
            break
        looked_at += 1
        work.step("Comparing with customers who are known", 0.2 + 0.1 * looked_at / SAMPLE)
        if (pair := next(iter(lookup.customers_like(record)), None)) is not None:
            why = {code: pair.sentence.say(language.translator(code)) for code in SPOKEN}
            found.append(
                {
                    "row": row_number,
                    "name": str(record.get("full_name") or record.get("email") or ""),
                    "customer_id": pair.customer_id,
                    "band": pair.band,
                    "weight": pair.score.weight,
                    "why": why,
                }
            )
    same = sum(each["band"] == "auto" for each in found)
    examples = sorted(found, key=lambda each: (-each["weight"], each["row"]))[:SHOWN]
    told = {"looked_at": looked_at, "whole": whole, "same": same, "maybe": len(found) - same, "examples": examples}
    return {**told, "interval": interval(same, looked_at)} if looked_at else {}


def newcomers(work: Work) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield rows whose key the source does not know, as they are matched, in an order that says nothing."""
    table = work.engine.rows(_ROWS.format(most=MOST))
    for batch in table.to_batches(max_chunksize=PIECE):
        rows = batch.to_pylist()
        keys = [row["source_key"] for row in rows]
        known = Identifier.objects.filter(kind="source_key", source_id=work.arrival.source_id, value__in=keys)
        held = set(known.values_list("value", flat=True))
        for row in rows:
            if row["source_key"] not in held:
                yield row["row_number"], as_matched(json.loads(row["payload"])["clean"])


def as_matched(clean: Mapping[str, Any]) -> dict[str, Any]:
    """Return a clean record of a file as records are matched.

    >>> as_matched({"email": "Ana@Ruiz.es", "phone": "+34 600", "birth_on": "1975-04-03"})["birth_date"].year
    1975
    """
    names = ("given_name", "family_name", "second_family_name", "postcode", "city")
    found: dict[str, Any] = {name: clean.get(name) or None for name in names}
    for kind in ("email", "phone", "tax_id"):
        found[kind] = folding.identifier(kind, clean[kind]) if clean.get(kind) else None
    born = clean.get("birth_on")
    return {
        **found,
        "kind": clean.get("kind") or PERSON,
        "full_name": clean.get("name") or None,
        "street": clean.get("lines") or None,
        "birth_date": date.fromisoformat(born) if born else None,
    }


def interval(hits: int, looked_at: int) -> tuple[float, float]:
    """Return between what shares the whole lies, 19 times of 20 (Wilson 1927).

    >>> [round(end, 3) for end in interval(10, 200)]
    [0.027, 0.09]
    """
    share, spread = hits / looked_at, _NORMAL**2 / looked_at
    middle = (share + spread / 2) / (1 + spread)
    half = _NORMAL * math.sqrt(share * (1 - share) / looked_at + spread / (4 * looked_at)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
