"""Differences: what events of a source add up to, before and after they are read again, told apart row by row."""

from dataclasses import dataclass
from typing import Any

_KEYS = "SELECT value, customer_id FROM identify_identifier WHERE kind = 'source_key' AND source_id = %(source)s"
SEEN = {
    "customers": f"""
        SELECT keys.value, jsonb_build_array(customer.kind, customer.standing, customer.name, customer.given_name,
            customer.family_name, customer.second_family_name, customer.language, customer.country,
            customer.acquired_on,
            (SELECT jsonb_agg(i.kind || i.value ORDER BY i.kind, i.value) FROM identify_identifier AS i
                WHERE i.customer_id = customer.id),
            (SELECT jsonb_agg(concat_ws('|', a.lines, a.postcode, a.city, a.region, a.country) ORDER BY a.id)
                FROM identify_address AS a WHERE a.customer_id = customer.id))
        FROM ({_KEYS}) AS keys JOIN identify_customer AS customer ON customer.id = keys.customer_id
        """,
    "products": """
        SELECT code, jsonb_build_array(name, category_id) FROM identify_product WHERE source_id = %(source)s
        """,
    "orders": """
        SELECT number, jsonb_build_array(customer_id, happened_at, currency) FROM identify_order
        WHERE source_id = %(source)s AND by_events
        """,
    "lines": """
        SELECT placed.number || ' ' || line.line_key, jsonb_build_array(line.customer_id, line.product_id,
            line.happened_at, line.line_kind, line.description, line.quantity, line.gross_minor, line.discount_minor,
            line.net_minor, line.tax_minor, line.returns_line_id)
        FROM identify_order AS placed JOIN identify_orderline AS line ON line.order_id = placed.id
        WHERE placed.source_id = %(source)s AND placed.by_events AND line.superseded_by_id IS NULL
        """,
    "roles": """
        SELECT concat_ws(' ', account_key, user_key, place), said FROM identify_accountrole
        WHERE source_id = %(source)s
        """,
    "leads": f"""
        SELECT lead.id::text, jsonb_build_array(lead.stage, (
            SELECT jsonb_agg(jsonb_build_array(step.to_stage, step.happened_at) ORDER BY step.id)
            FROM identify_leadstep AS step WHERE step.lead_id = lead.id))
        FROM identify_lead AS lead WHERE lead.customer_id IN (SELECT customer_id FROM ({_KEYS}) AS keys)
        """,
    "visitors": "SELECT key, to_jsonb(first_at) FROM identify_visitor WHERE source_id = %(source)s",
    "links": """
        SELECT concat_ws(' ', kind, from_key, to_key), to_jsonb(first_at) FROM identify_eventlink
        WHERE source_id = %(source)s
        """,
    "product_views": """
        SELECT view.event::text, to_jsonb(view.product_id) FROM identify_productview AS view
        JOIN identify_event AS event ON event.id = view.event WHERE event.source_id = %(source)s
        """,
}
"""What is compared: rows by what they are known by."""
_REMEMBER = "INSERT INTO rederive_before SELECT '{name}', key, md5(told::text) FROM ({seen}) AS seen (key, told)"
_COUNTED = """
WITH later AS (SELECT key, md5(told::text) AS told FROM ({seen}) AS seen (key, told)),
earlier AS (SELECT key, told FROM rederive_before WHERE name = '{name}')
SELECT count(*) FILTER (WHERE earlier.key IS NULL), count(*) FILTER (WHERE later.key IS NULL),
    count(*) FILTER (WHERE earlier.told <> later.told)
FROM earlier FULL JOIN later ON later.key = earlier.key
"""


@dataclass(frozen=True)
class Difference:
    """How many rows are new, gone, or other than they were."""

    new: int
    gone: int
    changed: int

    @property
    def any(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.new or self.gone or self.changed)


def remember(cursor: Any, source_id: int) -> None:
    """Remember what is there, until the transaction ends."""
    cursor.execute("DROP TABLE IF EXISTS rederive_before")
    cursor.execute('CREATE TEMP TABLE rederive_before (name text, key text COLLATE "C", told text) ON COMMIT DROP')
    # The tables of a batch are looked up by indexes; here whole tables are read.
    cursor.execute("SET LOCAL enable_seqscan = on")
    for name, seen in SEEN.items():
        cursor.execute(_REMEMBER.format(name=name, seen=seen), {"source": source_id})
    cursor.execute("SET LOCAL enable_seqscan = off")


def counted(cursor: Any, source_id: int) -> dict[str, Difference]:
    """Return by what the store differs from what was remembered."""
    cursor.execute("SET LOCAL enable_seqscan = on")
    found = {}
    for name, seen in SEEN.items():
        cursor.execute(_COUNTED.format(name=name, seen=seen), {"source": source_id})
        found[name] = Difference(*cursor.fetchone())
    return found
