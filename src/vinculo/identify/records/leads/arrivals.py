"""Arrivals: leads that files of customers bring, opened and moved as the states of their records say, and taken back.

A file that repeats the stage it said before is no news: whoever moved the lead since is right. One that says another
stage moves it.
"""

from typing import Any

import psycopg

from vinculo.identify.records.parties.arrivals import Arrival

_WANTED = """
CREATE TEMP TABLE lead_wanted ON COMMIT DROP AS
WITH states AS MATERIALIZED (SELECT * FROM party_states WHERE state ?| '{stage,interest}')
SELECT owned.customer_id, coalesce(nullif(states.state->>'stage', ''), 'interest') AS stage,
    coalesce(states.state->>'interest', '') AS interest,
    coalesce(states.state->>'acquisition_channel', '') AS source, states.last_import
FROM party_owned AS owned JOIN states USING (source_key)
WHERE states.state->>'stage' <> '' OR states.state->>'interest' <> ''
"""
# A chance to sell more makes nobody a prospect who has bought.
_BOUGHT = """
UPDATE identify_customer AS customer SET standing = 'actual' FROM lead_wanted AS wanted
WHERE customer.id = wanted.customer_id AND customer.standing = 'prospect'
    AND EXISTS (SELECT FROM identify_order WHERE identify_order.customer_id = customer.id)
"""
_OPENED = """
WITH made AS (
    INSERT INTO identify_lead
        (customer_id, stage, stage_since, source, interest, currency, opened_at, opened_by, import_id)
    SELECT customer_id, stage, %(now)s, source, interest, '', %(now)s, '', last_import FROM lead_wanted AS wanted
    WHERE NOT EXISTS (SELECT FROM identify_lead AS lead WHERE lead.customer_id = wanted.customer_id)
    ORDER BY customer_id RETURNING id, stage
)
INSERT INTO identify_leadstep (lead_id, from_stage, to_stage, reason, way, happened_at, by)
SELECT id, '', stage, '', 'file', %(now)s, '' FROM made ORDER BY id
"""
_NEWS = """
CREATE TEMP TABLE lead_news ON COMMIT DROP AS
SELECT lead.id, lead.stage AS before, wanted.stage AS after FROM lead_wanted AS wanted
JOIN identify_lead AS lead ON lead.customer_id = wanted.customer_id AND lead.import_id IS NOT NULL
CROSS JOIN LATERAL (
    SELECT to_stage FROM identify_leadstep WHERE lead_id = lead.id AND way = 'file' ORDER BY id DESC LIMIT 1
) AS said
WHERE said.to_stage <> wanted.stage AND lead.stage <> wanted.stage
"""
_MOVED = (
    """
    INSERT INTO identify_leadstep (lead_id, from_stage, to_stage, reason, way, happened_at, by)
    SELECT id, before, after, '', 'file', %(now)s, '' FROM lead_news ORDER BY id
    """,
    "UPDATE identify_lead AS lead SET stage = news.after, stage_since = %(now)s FROM lead_news AS news "
    "WHERE lead.id = news.id",
)
_BROUGHT = """
CREATE TEMP TABLE lead_wanted ON COMMIT DROP AS
SELECT id, EXISTS (SELECT FROM identify_leadstep WHERE lead_id = lead.id AND way <> 'file') AS kept
FROM identify_lead AS lead WHERE import_id = %(import)s
"""
_WITHDRAWN = (
    "DELETE FROM identify_leadstep WHERE lead_id IN (SELECT id FROM lead_wanted WHERE NOT kept)",
    "DELETE FROM identify_lead WHERE id IN (SELECT id FROM lead_wanted WHERE NOT kept)",
    "UPDATE identify_lead SET import_id = NULL WHERE id IN (SELECT id FROM lead_wanted WHERE kept)",
)
_AWAY = "DROP TABLE IF EXISTS lead_wanted, lead_news"


def write(cursor: psycopg.Cursor[Any], arrival: Arrival) -> None:
    """Bring the leads of everything touched in line with the states."""
    cursor.execute(_AWAY)
    cursor.execute(_WANTED)
    if cursor.rowcount:
        for statement in (_BOUGHT, _OPENED, _NEWS, *_MOVED):
            cursor.execute(statement, arrival.facts)
    cursor.execute(_AWAY)


def withdraw(cursor: psycopg.Cursor[Any], arrival: Arrival) -> None:
    """Take the leads of an import back; one that somebody has moved since stays, as one of no file."""
    cursor.execute(_AWAY)
    for statement in (_BROUGHT, *_WITHDRAWN, _AWAY):
        cursor.execute(statement, arrival.facts)
