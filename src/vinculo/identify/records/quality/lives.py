"""Lives: how long what each source says of a field stays fresh, and the conditions that tell it in a statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from vinculo.identify.quality import faults, freshness
from vinculo.identify.quality.faults import FIELDS, HELD, RECORD
from vinculo.identify.quality.freshness import COLUMNS, Days
from vinculo.identify.records.models import ShelfLife, Source
from vinculo.warehouse.reading.sources.source import literal

ALL = (RECORD, *FIELDS)
FRESH = {**HELD, RECORD: 1 << len(FIELDS)}
"""The bit of each field, and of the whole record, while it is fresh."""
_BY_HAND = ("email", "phone", "tax_id")
"""Fields whose values a hand adds as identifiers, beside the columns of its record."""
HEARD = """
SELECT customer_id, source_id, max(role_at) AS role_at, max(email_at) AS email_at FROM (
    SELECT party.customer_id, coalesce(imported.source_id, 0) AS source_id, role.recorded_at AS role_at,
        NULL::timestamptz AS email_at
    FROM parties AS party
    JOIN identify_relation AS role ON role.first_id = party.id
    JOIN identify_relationkind AS kind ON kind.id = role.kind_id AND kind.family = 'role'
    LEFT JOIN LATERAL (
        SELECT import_id FROM identify_linkchange WHERE subject = 'relation' AND row_id = role.id
        ORDER BY id DESC LIMIT 1
    ) AS changed ON TRUE
    LEFT JOIN identify_import AS imported ON imported.id = changed.import_id
    WHERE role.ends_on IS NULL OR role.ends_on > %(now)s::date
    UNION ALL
    SELECT party.customer_id, 0, NULL, asked.confirmed_at
    FROM parties AS party
    JOIN identify_consentrequest AS asked ON asked.customer_id = party.id AND asked.confirmed_at IS NOT NULL
    WHERE EXISTS (
        SELECT FROM identify_identifier AS borne WHERE borne.customer_id = party.id AND borne.kind = 'email'
            AND borne.normalised = identify_fold(asked.address)
    )
) AS heard GROUP BY customer_id, source_id
"""
"""What no record says of some `parties`: roles, by the file that last changed them, and e-mails confirmed by a link.

0 stands for what a hand, an event or the customer said: of every source that knows the customer.
"""


def days_by() -> dict[int, dict[str, Days]]:
    """Return the shelf lives of each source, its own before those of every source; these alone under 0."""
    rows = list(ShelfLife.objects.all())
    every = freshness.DAYS | {each.field: each.days for each in rows if each.source_id is None}
    own: dict[int, dict[str, Days]] = {0: {}, **{number: {} for number in Source.objects.values_list("id", flat=True)}}
    for each in rows:
        if each.source_id is not None:
            own[each.source_id][each.field] = each.days
    return {number: every | mine for number, mine in own.items()}


def conditions(*, now: datetime) -> dict[str, object]:
    """Return what the statement of units asks about ages: the lives, and conditions that give bits."""
    lives = days_by()
    ends = [name for name in ALL if any(days[name] is not None for days in lives.values())]
    said = [name for name in ends if name in COLUMNS]
    endless = sum(FRESH[name] for name in FIELDS if name not in ends)
    return {
        "heard": HEARD,
        "lives": listed(lives, now),
        "young": young("record.recorded_at", [RECORD, *said], lives),
        "carried": " | ".join(
            [str(FRESH[RECORD]), *(f"CASE WHEN {carried(name)} THEN {FRESH[name]} ELSE 0 END" for name in said)]
        ),
        "born": f"{endless} | {young('party.created_at', [RECORD, *said], lives)}",
        "every": sum(HELD.values()),
        "record_fresh": FRESH[RECORD],
        "shift": faults.MARKS[FIELDS[0], faults.OLD].bit_length() - 1,
    }


def listed(lives: Mapping[int, Mapping[str, Days]], now: datetime) -> str:
    """Return the lives as rows: a source, and for each field since when what was said of it is fresh."""
    rows = ", ".join(
        f"({number}, {', '.join(since(days[name], now) for name in ALL)})" for number, days in lives.items()
    )
    return f"SELECT * FROM (VALUES {rows}) AS life (source_id, {', '.join(ALL)})"


def since(days: Days, now: datetime) -> str:
    """Return the time after which something must have been said that is good for so many days."""
    at = "-infinity" if days is None else (now - timedelta(days=days)).isoformat()
    return f"{literal(at)}::timestamptz"


def young(at: str, fields: Iterable[str], lives: Mapping[int, Mapping[str, Days]]) -> str:
    """Return the bits of fields that are fresh if they were said at a time; those of equal lives by one comparison."""
    alike: dict[tuple[Days, ...], list[str]] = defaultdict(list)
    for name in dict.fromkeys(fields):
        alike[tuple(days[name] for days in lives.values())].append(name)
    tests = (
        f"CASE WHEN {at} >= life.{names[0]} THEN {sum(FRESH[name] for name in names)} ELSE 0 END"
        for names in alike.values()
    )
    return f"({' | '.join(tests)})"


def carried(name: str) -> str:
    """Return the condition that a record says a field: by a column, or by an identifier that a hand added."""
    tests = [f"young.clean->>{literal(column)} <> ''" for column in COLUMNS[name]]
    if name in _BY_HAND:
        tests.append(f"(record.payload ? 'by_hand' AND record.payload->'added' @> '[{{\"kind\": \"{name}\"}}]')")
    return " OR ".join(tests)
