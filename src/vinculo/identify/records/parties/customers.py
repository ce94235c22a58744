"""Customers of a file: written from the states of their records, with their identifiers and addresses."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from vinculo.identify import folding
from vinculo.identify.records.consents import arriving
from vinculo.identify.records.leads import arrivals as leads
from vinculo.identify.records.membership import moves
from vinculo.identify.records.parties import arrivals
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.warehouse.duck import DuckEngine

_TEXTS = (*("given_name", "family_name", "second_family_name", "language", "country", "acquisition_channel"),)
_NAME = """coalesce(nullif(state->>'name', ''), nullif(state->>'email', ''), nullif(state->>'phone', ''),
    states.source_key)"""
_VALUES = {
    "kind": "coalesce(state->>'kind', 'person')",
    "standing": "coalesce(state->>'standing', 'actual')",
    "name": _NAME,
    **{name: f"coalesce(state->>'{name}', '')" for name in _TEXTS},
    "search_text": f"left(identify_fold({_NAME}), {folding.SEARCHED})",
    "acquired_on": "nullif(state->>'acquired_on', '')::date",
}
"""Columns of a customer, each from the state of its records."""
MORE = tuple(range(3, 10))
"""Places, beyond the two of a file, in which more e-mails and phones are kept beside the others (policy `append`)."""
SLOTS = {
    "email": "email",
    "email_2": "email",
    "phone": "phone",
    "phone_2": "phone",
    "tax_id": "tax_id",
    **{f"{kind}_{place}": kind for kind in ("email", "phone") for place in MORE},
}
"""Columns of the state that are identifiers, and their kinds."""

_OWNED = """
CREATE TEMP TABLE party_owned ON COMMIT DROP AS
SELECT touched.source_key, identifier.customer_id FROM party_touched AS touched
JOIN identify_identifier AS identifier ON identifier.kind = 'source_key' AND identifier.source_id = %(source)s
    AND identifier.value = touched.source_key COLLATE "default" -- that of its index
"""
_NEWCOMERS = """
CREATE TEMP TABLE party_newcomers ON COMMIT DROP AS
SELECT source_key, nextval(pg_get_serial_sequence('identify_customer', 'id')) AS customer_id
FROM (
    SELECT source_key FROM party_arrived JOIN party_touched USING (source_key)
    GROUP BY source_key ORDER BY min(row_number)
) AS arrived
WHERE NOT EXISTS (SELECT FROM party_owned AS owned WHERE owned.source_key = arrived.source_key)
"""
_INSERT = f"""
INSERT INTO identify_customer (id, {", ".join(_VALUES)}, created_at, import_id)
SELECT customer_id, {", ".join(_VALUES.values())}, %(now)s, %(import)s
FROM party_newcomers JOIN party_states AS states USING (source_key) ORDER BY customer_id
"""
_KEYS = """
INSERT INTO identify_identifier (customer_id, kind, value, normalised, source_id, import_id)
SELECT customer_id, 'source_key', source_key, identify_fold(source_key), %(source)s, %(import)s
FROM party_newcomers ORDER BY customer_id
"""
_UPDATE = f"""
UPDATE identify_customer AS customer SET ({", ".join(_VALUES)}) = ROW({", ".join(_VALUES.values())})
FROM party_owned AS owned JOIN party_states AS states USING (source_key)
WHERE customer.id = owned.customer_id
    AND ({", ".join(f"customer.{name}" for name in _VALUES)}) IS DISTINCT FROM ({", ".join(_VALUES.values())})
"""
# A name that was only made up from the key, or a default, is not worth keeping.
_DIFFERENT = f"""
SELECT owned.source_key, jsonb_strip_nulls(jsonb_build_object(
        'kind', CASE WHEN customer.kind <> {_VALUES["kind"]} THEN customer.kind END,
        'standing', CASE WHEN customer.standing <> {_VALUES["standing"]} THEN customer.standing END,
        'name', CASE WHEN customer.name NOT IN ({_NAME}, '', owned.source_key) THEN customer.name END,
        'acquired_on', CASE WHEN customer.acquired_on IS DISTINCT FROM {_VALUES["acquired_on"]}
            THEN customer.acquired_on END,
        {", ".join(f"'{n}', CASE WHEN customer.{n} NOT IN ('', {_VALUES[n]}) THEN customer.{n} END" for n in _TEXTS)}
    )) AS clean,
    CASE WHEN held_key IS NULL THEN customer.import_id END AS import_id
FROM party_owned AS owned
JOIN identify_customer AS customer ON customer.id = owned.customer_id
LEFT JOIN (SELECT source_key AS held_key, state AS held_state FROM party_states) AS held ON held_key = owned.source_key
CROSS JOIN LATERAL (SELECT owned.source_key, coalesce(held_state, '{{}}') AS state) AS states
"""
_WANTED = """
SELECT DISTINCT ON (owned.customer_id, wanted.kind, wanted.normalised)
    owned.customer_id, wanted.kind, wanted.value, wanted.normalised, states.last_import
FROM party_owned AS owned JOIN party_states AS states USING (source_key)
CROSS JOIN LATERAL (VALUES
    ('email', state->>'email', identify_fold(state->>'email')),
    ('email', state->>'email_2', identify_fold(state->>'email_2')),
    ('phone', state->>'phone', regexp_replace(state->>'phone', '\\D', '', 'g')),
    ('phone', state->>'phone_2', regexp_replace(state->>'phone_2', '\\D', '', 'g')),
    ('tax_id', state->>'tax_id', identify_fold(state->>'tax_id'))
    UNION ALL SELECT sort, state->>(sort || '_' || place), CASE sort
        WHEN 'email' THEN identify_fold(state->>(sort || '_' || place))
        ELSE regexp_replace(state->>(sort || '_' || place), '\\D', '', 'g') END
    FROM (VALUES ('email'), ('phone')) AS sorts (sort), generate_series(3, 9) AS place
    WHERE state ? 'email_3' OR state ? 'phone_3'
) AS wanted (kind, value, normalised)
WHERE wanted.value <> ''
"""
_IDENTIFIERS = (
    f"CREATE TEMP TABLE party_gone ON COMMIT DROP AS {_WANTED}",
    """
    DELETE FROM identify_identifier AS identifier USING party_owned AS owned
    WHERE identifier.customer_id = owned.customer_id AND identifier.source_id = %(source)s
        AND identifier.kind IN ('email', 'phone', 'tax_id') AND identifier.import_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM party_gone AS wanted WHERE wanted.customer_id = identifier.customer_id
                AND wanted.kind = identifier.kind AND wanted.normalised = identifier.normalised
        )
    """,
    """
    INSERT INTO identify_identifier (customer_id, kind, value, normalised, source_id, import_id)
    SELECT customer_id, kind, value, normalised, %(source)s, last_import FROM party_gone ORDER BY customer_id
    ON CONFLICT (customer_id, kind, normalised, source_id) DO UPDATE
        SET value = excluded.value, import_id = excluded.import_id
        WHERE (identify_identifier.value, identify_identifier.import_id) IS DISTINCT FROM
            (excluded.value, excluded.import_id)
    """,
    "DROP TABLE party_gone",
)
# The same of what events said: few at a time, each looked up by its customer, whatever is known of the table.
_UNSAID = f"""
CREATE TEMP TABLE party_gone ON COMMIT DROP AS {_WANTED};
ANALYZE party_owned, party_gone;
DELETE FROM identify_identifier WHERE id IN (
    SELECT held.id FROM party_owned AS owned CROSS JOIN LATERAL (
        SELECT id, kind, normalised, source_id FROM identify_identifier WHERE customer_id = owned.customer_id OFFSET 0
    ) AS held
    WHERE held.source_id = %(source)s AND held.kind IN ('email', 'phone', 'tax_id') AND NOT EXISTS (
        SELECT FROM party_gone AS wanted WHERE wanted.customer_id = owned.customer_id
            AND wanted.kind = held.kind AND wanted.normalised = held.normalised
    )
)
"""
_PLACE = ("lines", "postcode", "city", "region")
_PLACED = "concat(state->>'lines', state->>'postcode', state->>'city', state->>'region') <> ''"
_ADDRESSES = (
    f"""
    DELETE FROM identify_address AS address
    USING party_owned AS owned LEFT JOIN party_states AS states USING (source_key)
    WHERE address.customer_id = owned.customer_id AND address.source_id = %(source)s AND address.kind = 'main'
        AND (address.import_id IS NOT NULL OR states.state ? 'by_hand') AND NOT coalesce({_PLACED}, FALSE)
    """,
    f"""
    INSERT INTO identify_address (customer_id, kind, {", ".join(_PLACE)}, country, source_id, import_id)
    SELECT customer_id, 'main', {", ".join(f"coalesce(state->>'{name}', '')" for name in _PLACE)},
        coalesce(state->>'country', ''), %(source)s, last_import
    FROM party_owned JOIN party_states USING (source_key)
    WHERE {_PLACED} ORDER BY customer_id
    ON CONFLICT (customer_id, kind, source_id) DO UPDATE SET (lines, postcode, city, region, country, import_id) =
        (excluded.lines, excluded.postcode, excluded.city, excluded.region, excluded.country, excluded.import_id)
    WHERE (identify_address.lines, identify_address.postcode, identify_address.city, identify_address.region,
            identify_address.country, identify_address.import_id)
        IS DISTINCT FROM (excluded.lines, excluded.postcode, excluded.city, excluded.region, excluded.country,
            excluded.import_id)
    """,
)
_ORIGINS = """
UPDATE identify_{table} AS row SET import_id = coalesce(states.first_import, ordered.import_id)
FROM party_owned AS owned LEFT JOIN party_states AS states USING (source_key)
LEFT JOIN LATERAL (
    SELECT min(import_id) AS import_id FROM identify_order WHERE customer_id = owned.customer_id
) AS ordered ON TRUE
WHERE row.{key} = owned.customer_id AND row.import_id = %(import)s {more}
"""
_LEAVING = """
CREATE TEMP TABLE party_gone ON COMMIT DROP AS
SELECT owned.customer_id FROM party_owned AS owned
WHERE NOT EXISTS (SELECT FROM party_states AS states WHERE states.source_key = owned.source_key)
    AND NOT EXISTS (SELECT FROM identify_order WHERE identify_order.customer_id = owned.customer_id)
    AND NOT EXISTS (SELECT FROM identify_bound AS bound WHERE bound.customer_id = owned.customer_id)
"""
_TO_ITS_KEY = f"""
UPDATE identify_customer AS customer SET kind = 'person', standing = 'actual', name = owned.source_key,
    given_name = '', family_name = '', second_family_name = '',
    search_text = left(identify_fold(owned.source_key), {folding.SEARCHED}),
    language = '', country = '', acquisition_channel = '', acquired_on = NULL
FROM party_owned AS owned
WHERE customer.id = owned.customer_id
    AND NOT EXISTS (SELECT FROM party_states AS states WHERE states.source_key = owned.source_key)
    AND NOT EXISTS (SELECT FROM party_gone AS gone WHERE gone.customer_id = customer.id)
"""


def load(cursor: psycopg.Cursor, engine: DuckEngine, arrival: Arrival, *, folder: Path) -> dict[str, int]:
    """Put the customers of `party_rows` in; return how many are new, updated and unchanged.

    What the same file said before changes nothing. What was changed by hand since the last import is first written
    down as a record of its own, so that it can be come back to.
    """
    arrivals.clear(cursor)
    arrivals.stage(cursor, engine, folder)
    named = arrivals.number(cursor, "SELECT count(*) FROM party_touched", arrival)
    own(cursor, arrival)
    keep_by_hand(cursor, arrival)
    arrivals.mark_states(cursor)
    arrivals.add_records(cursor, arrival)
    follow(cursor, arrival)
    consents = arriving.write(cursor, arrival)
    leads.write(cursor, arrival)
    new = arrivals.number(cursor, "SELECT count(*) FROM party_newcomers", arrival)
    return {**arrivals.counted(cursor, arrival, new=new, named=named), **consents}


def follow(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Bring the customers of everything touched in line with their records, those who are new included."""
    arrivals.add_states(cursor, arrival)
    cursor.execute(_NEWCOMERS, arrival.facts)
    cursor.execute(_INSERT, arrival.facts)
    cursor.execute(_KEYS, arrival.facts)
    cursor.execute(_UPDATE, arrival.facts)
    cursor.execute("INSERT INTO party_owned SELECT source_key, customer_id FROM party_newcomers")
    write_identifiers(cursor, arrival)


def own(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Find the customers of everything touched."""
    cursor.execute(_OWNED, arrival.facts)
    cursor.execute("ANALYZE party_owned")


def undo(cursor: psycopg.Cursor, arrival: Arrival) -> dict[str, int]:
    """Take the customers of an import back; return how many were removed, restored and kept.

    A customer with orders of another import, with changes by hand, or bound to others, is kept: one of whom no record
    says anything under its number only, as an import of orders would have made it.
    """
    arrivals.clear(cursor)
    records = "SELECT DISTINCT source_key FROM identify_sourcerecord WHERE import_id = %(import)s AND kind = %(kind)s"
    arrivals.touch(cursor, records, arrival)
    cursor.execute(_OWNED, arrival.facts)
    keep_by_hand(cursor, arrival)
    arrivals.withdraw(cursor, arrival)
    leads.withdraw(cursor, arrival)
    cursor.execute(_LEAVING)
    cursor.execute(_TO_ITS_KEY)
    cursor.execute(_UPDATE, arrival.facts)
    leads.write(cursor, arrival)
    gone = arrivals.number(cursor, "SELECT count(*) FROM party_gone", arrival)
    cursor.execute(
        """
        CREATE TEMP TABLE party_leaving ON COMMIT DROP AS SELECT customer_id FROM party_gone;
        DROP TABLE party_gone
        """
    )
    write_identifiers(cursor, arrival)
    moves.release_all(cursor, "party_leaving", "customer_id", now=arrival.now)
    for table, key in (("address", "customer_id"), ("identifier", "customer_id"), ("customer", "id")):
        cursor.execute(
            f"DELETE FROM identify_{table} AS row USING party_leaving AS gone WHERE row.{key} = gone.customer_id"
        )
    cursor.execute(_ORIGINS.format(table="customer", key="id", more=""), arrival.facts)
    cursor.execute(
        _ORIGINS.format(table="identifier", key="customer_id", more="AND row.kind = 'source_key'"), arrival.facts
    )
    cursor.execute("DROP TABLE party_leaving")
    restored = arrivals.number(cursor, "SELECT count(*) FROM party_states", arrival)
    named = arrivals.number(cursor, "SELECT count(*) FROM party_owned", arrival)
    return {"removed": gone, "restored": restored, "kept": named - gone - restored}


def change(cursor: psycopg.Cursor, arrival: Arrival, *, key: str, said: Mapping[str, Any]) -> None:
    """Write down what a person said of a customer, and bring the customer in line with it.

    `said` is the payload of the record, with `clean` and `by_hand`. Identifiers that were removed are emptied in the
    state too, and those that come back put back, so that the next import does not turn them round.
    """
    arrivals.clear(cursor)
    arrivals.touch(cursor, 'SELECT %(key)s::text COLLATE "C" AS source_key', arrival, key=key)
    cursor.execute(_OWNED, arrival.facts)
    if not said.get("created"):
        keep_by_hand(cursor, arrival)
    arrivals.add_states(cursor, arrival)
    row = cursor.execute("SELECT state::text FROM party_states").fetchone()
    slots = emptied(json.loads(row[0]) if row else {}, said)
    arrivals.add_by_hand(cursor, arrival, key=key, payload={**said, "clean": {**said["clean"], **slots}})
    arrivals.add_states(cursor, arrival)
    cursor.execute(_UPDATE, arrival.facts)
    write_identifiers(cursor, arrival)


def emptied(state: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of the state that identifiers leave, and those they come back to."""
    gone = {(each["kind"], each["normalised"]) for each in said["removed"]}
    back = {(each["kind"], each["normalised"]) for each in said["added"]}
    before = state.get("by_hand") or {}
    found = {}
    for slot, kind in SLOTS.items():
        if state.get(slot) and (kind, folding.identifier(kind, state[slot])) in gone:
            found[slot] = ""
        elif state.get(slot) == "" and before.get(slot) and (kind, folding.identifier(kind, before[slot])) in back:
            found[slot] = before[slot]
    return found


def keep_by_hand(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Write down what was changed by hand, or by an import of orders, since records last said it."""
    arrivals.add_states(cursor, arrival)
    arrivals.keep_by_hand(cursor, arrival, _DIFFERENT)


def write_identifiers(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Bring the identifiers and addresses of everything touched in line with the states."""
    gone = _IDENTIFIERS[:2] if arrival.import_id is not None else (_UNSAID,)
    for statement in (*gone, *_IDENTIFIERS[2:], *_ADDRESSES):
        cursor.execute(statement, arrival.facts)
