"""Purchases: a prospect who buys is a customer, and the lead that led there is converted; an undo takes that back.

As an import of orders does it, a whole file at a time: what it adds is announced by the import. Orders that come one
by one name their customers.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from vinculo.identify.records import facts
from vinculo.identify.records.models import Lead

# From the few who may be converted to their orders: an import of millions pays nothing for them.
_BUYERS = """
CREATE TEMP TABLE lead_buyers ON COMMIT DROP AS
WITH waiting AS MATERIALIZED (
    SELECT id FROM identify_customer
    WHERE standing = 'prospect' AND (%(customers)s::bigint[] IS NULL OR id = ANY(%(customers)s))
    UNION SELECT customer_id FROM identify_lead
    WHERE stage NOT IN ('converted', 'lost') AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s))
)
SELECT ordered.customer_id, max(ordered.happened_at) AS happened_at, customer.standing = 'prospect' AS newly
FROM waiting JOIN identify_customer AS customer ON customer.id = waiting.id
JOIN identify_order AS ordered ON ordered.customer_id = customer.id
    AND (%(import)s::bigint IS NULL OR ordered.import_id = %(import)s)
GROUP BY ordered.customer_id, customer.standing
"""
# A lead that was opened after the purchase is about the next one, unless this is the first of all.
_ENDING = """
CREATE TEMP TABLE lead_ending ON COMMIT DROP AS
SELECT lead.id, lead.stage FROM identify_lead AS lead JOIN lead_buyers AS buyer USING (customer_id)
WHERE lead.stage NOT IN ('converted', 'lost')
    AND (buyer.newly OR buyer.happened_at >= date_trunc('day', lead.opened_at))
"""
_STEPS = """
INSERT INTO identify_leadstep (lead_id, from_stage, to_stage, reason, way, happened_at, by)
SELECT id, stage, 'converted', '', 'purchase', %(now)s, %(by)s FROM lead_ending ORDER BY id RETURNING lead_id
"""
_CONVERTED = """
UPDATE identify_lead AS lead SET stage = 'converted', stage_since = %(now)s FROM lead_ending AS ending
WHERE lead.id = ending.id
"""
# Who bought without a lead gets one that begins and ends here: the conversion is a fact all the same.
_OPENED = """
WITH made AS (
    INSERT INTO identify_lead (customer_id, stage, stage_since, source, interest, currency, opened_at, opened_by)
    SELECT customer_id, 'converted', %(now)s, '', '', '', %(now)s, %(by)s FROM lead_buyers AS buyer
    WHERE newly AND NOT EXISTS (SELECT FROM identify_lead AS lead WHERE lead.customer_id = buyer.customer_id
        AND (lead.id IN (SELECT id FROM lead_ending) OR lead.stage = 'converted'))
    ORDER BY customer_id RETURNING id
)
INSERT INTO identify_leadstep (lead_id, from_stage, to_stage, reason, way, happened_at, by)
SELECT id, '', 'converted', '', 'purchase', %(now)s, %(by)s FROM made ORDER BY id RETURNING lead_id
"""
_STANDING = """
UPDATE identify_customer AS customer SET standing = 'actual' FROM lead_buyers AS buyer
WHERE customer.id = buyer.customer_id AND buyer.newly
"""
_UNBOUGHT = """
CREATE TEMP TABLE lead_ending ON COMMIT DROP AS
SELECT lead.id, lead.customer_id, last.id AS step_id, last.from_stage AS stage
FROM identify_lead AS lead
CROSS JOIN LATERAL (
    SELECT id, from_stage, way FROM identify_leadstep WHERE lead_id = lead.id ORDER BY id DESC LIMIT 1
) AS last
WHERE lead.stage = 'converted' AND last.way = 'purchase'
    AND NOT EXISTS (SELECT FROM identify_order WHERE customer_id = lead.customer_id)
"""
_TAKEN_BACK = (
    "UPDATE identify_customer AS customer SET standing = 'prospect' FROM lead_ending AS ending "
    "WHERE customer.id = ending.customer_id",
    "DELETE FROM identify_leadstep WHERE lead_id IN (SELECT id FROM lead_ending WHERE stage = '')",
    "DELETE FROM identify_lead WHERE id IN (SELECT id FROM lead_ending WHERE stage = '')",
    """
    INSERT INTO identify_leadstep (lead_id, from_stage, to_stage, reason, way, happened_at, by, undoes_id)
    SELECT id, 'converted', stage, '', 'undone', %(now)s, %(by)s, step_id FROM lead_ending WHERE stage <> '' ORDER BY id
    """,
    "UPDATE identify_lead AS lead SET stage = ending.stage, stage_since = %(now)s FROM lead_ending AS ending "
    "WHERE lead.id = ending.id AND ending.stage <> ''",
)
_AWAY = "DROP TABLE IF EXISTS lead_buyers, lead_ending"


def convert(
    cursor: psycopg.Cursor[Any],
    *,
    import_id: int | None = None,
    customer_ids: Sequence[int] | None = None,
    by: str,
    now: datetime,
) -> None:
    """Convert the prospects who bought, in an import or of some customers, and the leads that led there.

    Those of some customers are announced one by one; an import is announced as a whole.
    """
    said = {
        "import": import_id,
        "customers": None if customer_ids is None else list(customer_ids),
        "by": by,
        "now": now,
    }
    cursor.execute(_AWAY)
    converted: list[int] = []
    for statement in (_BUYERS, _ENDING, _STEPS, _CONVERTED, _OPENED, _STANDING, _AWAY):
        cursor.execute(statement, said)
        if statement in (_STEPS, _OPENED):
            converted += [lead for (lead,) in cursor.fetchall()]
    if import_id is None:
        for lead in Lead.objects.filter(pk__in=converted).order_by("pk"):
            facts.prospect_converted.send(sender=Lead, lead_id=lead.pk, customer_id=lead.customer_id)


def take_back(cursor: psycopg.Cursor[Any], *, by: str, now: datetime) -> None:
    """Take the conversions back of those who have no purchase any more."""
    cursor.execute(_AWAY)
    for statement in (_UNBOUGHT, *_TAKEN_BACK, _AWAY):
        cursor.execute(statement, {"by": by, "now": now})
