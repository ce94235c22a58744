"""Arriving consents: what a file of customers says of them, written into the log.

A yes counts only with its day and its origin; without them the customer stays not contactable. A yes in a column that
names no channel is one to e-mail, a no in it one to every channel: what is not said is not agreed to.
"""

import psycopg

from vinculo.foundation import actor
from vinculo.identify.records.parties.arrivals import Arrival

_ANY = "SELECT EXISTS (SELECT FROM party_arrived WHERE payload->'clean' ? 'contactable')"
_WRITE = """
INSERT INTO identify_consententry (customer_id, covers, purpose_id, channel_id, action, happened_at, origin, form,
    text_shown, address, evidence, source_id, import_id, recorded_by, recorded_at)
SELECT said.customer_id, '[]', purpose.id, channel.id, said.action, said.happened_at, said.origin, '', '',
    coalesce(said.address, ''), jsonb_build_object('row', said.row_number), %(source)s, %(import)s, %(by)s, %(now)s
FROM (
    SELECT owned.customer_id, record.row_number, told.channel, told.address,
        CASE told.answer WHEN 'yes' THEN 'given' ELSE 'withdrawn' END AS action,
        least((clean->>'consent_on')::timestamp AT TIME ZONE 'UTC', %(now)s) AS happened_at,
        coalesce(clean->>'consent_origin', 'file') AS origin
    FROM identify_sourcerecord AS record
    JOIN party_owned AS owned USING (source_key)
    CROSS JOIN LATERAL (SELECT record.payload->'clean') AS cells (clean)
    CROSS JOIN LATERAL (VALUES
        ('email', coalesce(clean->>'consent_email', clean->>'consent'), clean->>'email'),
        ('phone', coalesce(clean->>'consent_phone', nullif(clean->>'consent', 'yes')), clean->>'phone'),
        ('post', coalesce(clean->>'consent_post', nullif(clean->>'consent', 'yes')), NULL),
        ('sms', coalesce(clean->>'consent_sms', nullif(clean->>'consent', 'yes')), clean->>'phone')
    ) AS told (channel, answer, address)
    WHERE record.import_id = %(import)s AND record.kind = %(kind)s AND clean ? 'contactable'
        AND (told.answer = 'no' OR told.answer = 'yes' AND clean->>'consent_origin' <> ''
            AND (clean->>'consent_on')::date <= (%(now)s AT TIME ZONE 'UTC')::date)
) AS said
JOIN identify_consentpurpose AS purpose ON purpose.code = 'marketing'
JOIN identify_consentchannel AS channel ON channel.code = said.channel
WHERE NOT EXISTS (
    SELECT FROM identify_consententry AS entry
    WHERE entry.customer_id = said.customer_id AND entry.purpose_id = purpose.id AND entry.channel_id = channel.id
        AND entry.action = said.action AND (entry.happened_at = said.happened_at OR said.happened_at = %(now)s)
        AND NOT EXISTS (SELECT FROM identify_import WHERE id = entry.import_id AND state = 'undone')
)
ORDER BY said.customer_id, channel.position
"""


def write(cursor: psycopg.Cursor, arrival: Arrival) -> dict[str, int]:
    """Write what the records of an import say of consents; return how many answers were new, where any were said."""
    row = cursor.execute(_ANY).fetchone()
    if not row or not row[0]:
        return {}
    cursor.execute(_WRITE, {**arrival.facts, "by": actor.current().name})
    return {"consents": cursor.rowcount}
