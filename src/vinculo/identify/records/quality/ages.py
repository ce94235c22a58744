"""Ages: when each source last said what it holds of some customers, and since when that is stale.

The figures only need to know what is stale. Whoever looks at one customer also reads since when; a test compares both.
"""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from vinculo.identify.quality import faults, freshness
from vinculo.identify.quality.faults import HELD, RECORD, ROLE
from vinculo.identify.records.quality import lives
from vinculo.identify.records.quality.units import Units

_SAID = """
SELECT coalesce(party.merged_into_id, party.id), CASE WHEN by_hand THEN 0 ELSE known.source_id END, {said}
FROM identify_customer AS party
JOIN identify_identifier AS known ON known.customer_id = party.id AND known.kind = 'source_key'
JOIN identify_sourcerecord AS record ON record.kind = 'customers' AND record.source_id = known.source_id
    AND record.source_key = known.value COLLATE "C"
CROSS JOIN LATERAL (SELECT record.payload->'clean' AS clean OFFSET 0) AS young
CROSS JOIN LATERAL (VALUES (FALSE), (TRUE)) AS way (by_hand)
WHERE party.id = ANY (%(ids)s) AND (NOT by_hand OR record.payload ? 'by_hand')
GROUP BY 1, 2
UNION ALL
SELECT coalesce(party.merged_into_id, party.id), known.source_id, {born}
FROM identify_customer AS party
JOIN identify_identifier AS known ON known.customer_id = party.id AND known.kind = 'source_key'
WHERE party.id = ANY (%(ids)s) GROUP BY 1, 2
"""
_HEARD = f"""
WITH parties AS (SELECT id, coalesce(merged_into_id, id) AS customer_id FROM identify_customer
    WHERE id = ANY (%(ids)s))
{lives.HEARD}
"""
Said = dict[int, dict[str, datetime]]
"""When each source last said each field, by the number of the source; 0 for what hands said, of any of them."""


def stale_of(
    customer_ids: Sequence[int], known: Units, *, now: datetime, source_id: int | None = None
) -> dict[int, dict[str, datetime]]:
    """Return what is stale of some customers, all of whose ids are given, and since when: to a source, or to all."""
    said, days = said_of(customer_ids, now=now), lives.days_by()
    found: dict[int, dict[str, datetime]] = {}
    for customer, sources in known.items():
        asked = {number: unit for number, unit in sources.items() if source_id in (None, number)}
        found[customer] = {}
        for name in freshness.stale(*faults.together(asked.values())) if asked else ():
            holding = [number for number, (holds, _marks) in asked.items() if name == RECORD or holds & HELD[name]]
            times = times_of(name, holding, said[customer], sources)
            since = freshness.stale_since((at, days[number][name]) for number, at in times.items())
            found[customer][name] = min(since or now, now)
    return found


def times_of(name: str, holding: Sequence[int], said: Said, known: Container[int]) -> dict[int, datetime]:
    """Return when each source that holds a field last said it; what others than its sources say counts for each."""
    others = [] if name == RECORD else [at[name] for number, at in said.items() if number not in known and name in at]
    found = {}
    for number in holding:
        own = [said[number][name]] if name in said.get(number, {}) else []
        if own or others:
            found[number] = max([*own, *others])
    return found


def said_of(customer_ids: Sequence[int], *, now: datetime) -> dict[int, Said]:
    """Return when each source last said each field of some customers; never before it first knew of them."""
    names = (RECORD, *freshness.COLUMNS)
    told = [
        f"max(record.recorded_at) {'' if name == RECORD else f'FILTER (WHERE {lives.carried(name)})'}" for name in names
    ]
    found: dict[int, Said] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        ids: dict[str, Any] = {"ids": list(customer_ids), "now": now}
        cursor.execute(_SAID.format(said=", ".join(told), born=", ".join(["max(party.created_at)"] * len(names))), ids)
        for customer, source, *times in cursor.fetchall():
            note(found[customer][source], dict(zip(names, times, strict=True)))
        cursor.execute(_HEARD, ids)
        for customer, source, role_at, email_at in cursor.fetchall():
            note(found[customer][source], {ROLE: role_at, "email": email_at})
    return found


def note(said: dict[str, datetime], more: Mapping[str, datetime | None]) -> None:
    """Keep the later of two times of each field."""
    for name, at in more.items():
        if at is not None and (name not in said or at > said[name]):
            said[name] = at
