"""Queries: one branch a stream, each reading its own index from where its reader stands, and no further than a page.

What is of a customer is of all its parties: a branch reads party by party, so that the order of the index serves.
Every branch gives `stream`, `at`, `id`, and what only an event needs: `type`, `name`, `source_id`.
"""

from collections.abc import Sequence

from vinculo.identify.records.events.selectors import SPANS

_KEYS = f"""
WITH keys AS MATERIALIZED (
    SELECT source_id, value COLLATE "C" AS key FROM identify_identifier
    WHERE customer_id = ANY(%(customers)s) AND kind = 'source_key'
), {SPANS}
"""
_PARTIES = "FROM unnest(%(customers)s::bigint[]) AS party (id) CROSS JOIN LATERAL"
_BEFORE = "({at}, {id}) < (%({stream}_at)s, %({stream}_id)s) ORDER BY {at} DESC, {id} DESC LIMIT %({stream}_limit)s"


def _before(stream: str, at: str, number: str) -> str:
    """Return the end of a branch: from where the reader stands, the latest first, so many."""
    return _BEFORE.format(stream=stream, at=at, id=number)


def _of_parties(stream: str, table: str, at: str) -> str:
    """Return the branch of a table whose rows name the customer."""
    return (
        f"SELECT {at} AS at, found.id {_PARTIES} (SELECT {at}, id FROM {table}"
        f" WHERE customer_id = party.id AND {_before(stream, at, 'id')}) AS found"
    )


def _of_records(stream: str, which: str) -> str:
    """Return the branch of records that came in under the keys of a customer."""
    return f"""
    SELECT recorded_at AS at, found.id FROM keys CROSS JOIN LATERAL (
        SELECT recorded_at, id FROM identify_sourcerecord AS record
        WHERE record.source_id = keys.source_id AND record.kind = 'customers' AND record.source_key = keys.key
            AND {which} AND {_before(stream, "recorded_at", "id")}) AS found
    """


_EVENT = f"""
    SELECT mine.* FROM keys CROSS JOIN LATERAL (
        SELECT happened_at, id, type, name, source_id FROM identify_event AS event
        WHERE event.source_id = keys.source_id AND event.user_key = keys.key AND event.user_key <> ''
            AND {_before("event", "happened_at", "id")}
    ) AS mine
    UNION SELECT mine.* FROM spans JOIN keys ON keys.source_id = spans.source_id AND keys.key = spans.to_key
    CROSS JOIN LATERAL (
        SELECT happened_at, id, type, name, source_id FROM identify_event AS event
        WHERE event.source_id = spans.source_id AND event.visitor_key = spans.from_key AND event.user_key = ''
            AND event.happened_at >= spans.since AND event.happened_at < spans.until
            AND {_before("event", "happened_at", "id")}
    ) AS mine
"""
_BY_NUMBER = "id < %(link_id)s ORDER BY id DESC LIMIT %(link_limit)s"
"""Changes of relations have indexes in the order of their numbers, and are read in it."""
_LINK = f"""
    SELECT recorded_at AS at, found.id {_PARTIES} (
        SELECT recorded_at, id FROM identify_linkchange WHERE customer_id = party.id AND {_BY_NUMBER}) AS found
    UNION SELECT recorded_at, found.id {_PARTIES} (
        SELECT recorded_at, id FROM identify_linkchange WHERE other_id = party.id AND {_BY_NUMBER}) AS found
"""
_LEAD = f"""
    SELECT step.happened_at AS at, step.id FROM identify_lead AS lead CROSS JOIN LATERAL (
        SELECT happened_at, id FROM identify_leadstep WHERE lead_id = lead.id AND {_before("lead", "happened_at", "id")}
    ) AS step WHERE lead.customer_id = ANY(%(customers)s)
"""
_MERGE = """
    SELECT recorded_at AS at, id FROM identify_merge WHERE customer_id = ANY(%(customers)s)
    UNION SELECT merge.recorded_at, merge.id FROM identify_membership AS membership
    JOIN identify_merge AS merge ON merge.id IN (membership.merge_id, membership.ended_by_id)
    WHERE membership.party_id = ANY(%(customers)s)
"""
# What came with a file of orders has no record of its own: it is known since that file.
_BIRTH = """
    SELECT created_at AS at, id FROM identify_customer WHERE id = ANY(%(customers)s) AND NOT EXISTS (
        SELECT FROM identify_identifier AS known JOIN identify_sourcerecord AS record
            ON record.source_id = known.source_id AND record.kind = 'customers'
            AND record.source_key = known.value COLLATE "C"
        WHERE known.customer_id = identify_customer.id AND known.kind = 'source_key')
"""
_RIGHT = """
    SELECT coalesce(closed_at, received_on::timestamp AT TIME ZONE %(zone)s) AS at, id FROM identify_rightsrequest
    WHERE customer_id = ANY(%(customers)s)
"""
_BRANCHES = {
    "order": _of_parties("order", "identify_order", "happened_at"),
    "event": _EVENT,
    "consent": _of_parties("consent", "identify_consententry", "happened_at"),
    "right": _RIGHT,
    "lead": _LEAD,
    "link": _LINK,
    "merge": _MERGE,
    "change": _of_records("change", "record.payload ? 'before'"),
    "arrival": _of_records("arrival", "NOT record.payload ? 'before'"),
    "birth": _BIRTH,
}
_KEYED = {"event", "change", "arrival"}


def union(streams: Sequence[str]) -> str:
    """Return the query of some streams."""
    branches = []
    for stream in streams:
        more = "type, name, source_id" if stream == "event" else "'' AS type, '' AS name, 0::bigint AS source_id"
        end = _BY_NUMBER if stream == "link" else _before(stream, "at", "id")
        named = "at, id, type, name, source_id" if stream == "event" else "at, id"
        branches.append(
            f"(SELECT '{stream}' AS stream, at, id, {more}"
            f" FROM ({_BRANCHES[stream]}) AS of_{stream} ({named}) WHERE {end})"
        )
    return (_KEYS if _KEYED & set(streams) else "") + "\nUNION ALL ".join(branches)
