"""Posts: roles in organisations, and who is on the way to buy, brought in line with the events that speak of them.

A role is a relation, and is written and changed as people do it (`relations.services`): what a person corrects stays
until events say something new.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from vinculo.identify.events import accounts
from vinculo.identify.events.accounts import AccountEvent, Spell
from vinculo.identify.events.traits import ACCOUNT
from vinculo.identify.parties.lengths import KEY
from vinculo.identify.records.events import aside
from vinculo.identify.records.events.orders import OWNER
from vinculo.identify.records.models import AccountRole, Relation, Source
from vinculo.identify.records.relations import changes, services
from vinculo.identify.records.relations.changes import RelationError

KIND = "post"
_GROUP = """btrim(coalesce({said}->>'groupId', {said}#>>'{{context,groupId}}', {said}#>>'{{properties,groupId}}',
    {said}#>>'{{properties,group_id}}', {said}#>>'{{properties,accountId}}', {said}#>>'{{properties,account_id}}', ''),
    E' \\t\\r\\n')""".format(said="payload")
_SPOKEN = f"""
SELECT event_new.id, event_new.source_id, event_new.type, lower(event_new.name), event_new.user_key,
    event_new.visitor_key, event_new.happened_at, event_new.message_id, (payload->'properties')::text, {_GROUP},
    payload#>>'{{context,locale}}'
FROM event_new JOIN identify_event USING (id)
WHERE event_new.type = 'group' OR (event_new.type = 'track' AND lower(event_new.name) = ANY(%s::text[]))
"""
_KEPT = """
INSERT INTO identify_accountevent (event, source_id, meaning, account_key, user_key, visitor_key)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS kept (event, source_id, meaning, account_key, user_key, visitor_key) ORDER BY event
ON CONFLICT (event) DO NOTHING
"""
_TOUCHED = (
    # A role of somebody who is known, or is told by the visitor he was.
    """
    INSERT INTO event_account SELECT DISTINCT spoken.source_id, spoken.account_key, spoken.user_key
    FROM event_new JOIN identify_accountevent AS spoken ON spoken.event = event_new.id
    WHERE spoken.user_key <> '' AND meaning <> 'deleted'
    """,
    """
    INSERT INTO event_account SELECT DISTINCT spoken.source_id, spoken.account_key, link.to_key
    FROM event_new JOIN identify_accountevent AS spoken ON spoken.event = event_new.id
    JOIN identify_eventlink AS link ON link.source_id = spoken.source_id AND link.from_key = spoken.visitor_key
        AND link.kind IN ('visitor', 'alias')
    WHERE spoken.user_key = ''
    """,
    # The end of an account is one for all who are in it.
    """
    INSERT INTO event_account SELECT DISTINCT role.source_id, role.account_key, role.user_key
    FROM event_new JOIN identify_accountevent AS spoken ON spoken.event = event_new.id AND spoken.meaning = 'deleted'
    JOIN identify_accountrole AS role ON role.account_key = spoken.account_key AND role.source_id = spoken.source_id
    """,
    """
    INSERT INTO event_account SELECT DISTINCT spoken.source_id, spoken.account_key, link.to_key
    FROM event_moved AS moved JOIN identify_accountevent AS spoken ON spoken.source_id = moved.source_id
        AND spoken.visitor_key = moved.visitor_key AND spoken.user_key = ''
    JOIN identify_eventlink AS link ON link.source_id = moved.source_id AND link.from_key = moved.visitor_key
        AND link.kind IN ('visitor', 'alias')
    """,
    # A trial is of its account.
    """
    INSERT INTO event_account SELECT DISTINCT spoken.source_id, spoken.account_key, ''
    FROM event_new JOIN identify_accountevent AS spoken ON spoken.event = event_new.id
    WHERE spoken.account_key <> '' AND meaning IN ('trial', 'trial_ended')
    """,
)
_OF_USERS = f"""
SELECT touched.source_id, touched.account_key, touched.user_key, spoken.event, spoken.meaning, spoken.account_key
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS touched (source_id, account_key, user_key)
CROSS JOIN LATERAL (
    SELECT event, meaning, account_key FROM identify_accountevent AS own
    WHERE touched.user_key <> '' AND own.user_key = touched.user_key AND own.source_id = touched.source_id
    UNION ALL SELECT event, meaning, account_key FROM identify_accountevent AS gone
    WHERE gone.account_key = touched.account_key AND gone.source_id = touched.source_id AND gone.account_key <> ''
        AND gone.meaning IN ('deleted', 'trial', 'trial_ended') AND (touched.user_key = '' OR gone.meaning = 'deleted')
    UNION ALL SELECT visited.event, visited.meaning, visited.account_key
    FROM identify_eventlink AS link JOIN identify_accountevent AS visited ON visited.source_id = link.source_id
        AND visited.visitor_key = link.from_key AND visited.user_key = '' AND visited.meaning <> 'deleted'
    JOIN identify_event AS event ON event.id = visited.event
    WHERE touched.user_key <> '' AND link.to_key = touched.user_key AND link.source_id = touched.source_id
        AND link.kind IN ('visitor', 'alias') AND ({OWNER.format(of="visited", at="event.happened_at")}) = link.to_key
) AS spoken
"""
_SAID = """
SELECT event.id, event.happened_at, event.message_id, (payload->'properties')::text, sender.time_zone
FROM identify_event AS event JOIN identify_sender AS sender USING (source_id) WHERE event.id = ANY(%s)
"""
_WHO = """
SELECT asked.source_id, asked.key, identifier.customer_id
FROM unnest(%s::bigint[], %s::text[]) AS asked (source_id, key)
JOIN identify_identifier AS identifier ON identifier.kind = 'source_key'
    AND identifier.source_id = asked.source_id AND identifier.value = asked.key COLLATE "default"
"""
Party = tuple[int, str]
Unit = tuple[int, str, str]
Row = tuple[Any, ...]


def gather(cursor: Any) -> list[Row]:
    """Keep which events speak of accounts, and note whom they touch; return what they say of them as traits."""
    cursor.execute(_SPOKEN, [list(accounts.NAMES)])
    kept: list[tuple[int, int, str, str, str, str]] = []
    told: list[Row] = []
    unclear: list[tuple[int, str, str]] = []
    for number, source, kind, name, user, visitor, at, message, written, group, locale in cursor.fetchall():
        meaning = accounts.GROUP if kind == "group" else accounts.NAMES[name]
        said = read(written)
        account = f"{ACCOUNT}{group}" if group else ""
        if len(group) > KEY or (not account and meaning in (*accounts.ROLES, accounts.CREATED)):
            unclear.append((number, "group_id", ""))
            continue
        whose = accounts.invitee(said) if meaning == accounts.INVITED else user
        if meaning == accounts.INVITED and not whose:
            unclear.append((number, "invitee", ""))
            continue
        kept.append((number, source, meaning, account, whose, "" if whose else visitor))
        traits = json.dumps(accounts.traits(meaning, said), default=str)
        if kind != "group" and meaning != accounts.DELETED:
            of_account = meaning in (accounts.CREATED, accounts.ADDED, accounts.REMOVED, *accounts.TRIALS) and group
            if of_account:
                told.append((number, source, "group", "", group, at, message, traits, None, locale))
            elif whose:
                told.append((number, source, "identify", whose, None, at, message, traits, None, locale))
    aside.put(cursor, unclear)
    if kept:
        cursor.execute(_KEPT, [list(column) for column in zip(*kept, strict=True)])
    for statement in _TOUCHED:
        cursor.execute(statement)
    return told


def read(written: str | None) -> dict[str, Any]:
    """Return the properties of an event; nothing where they are no object."""
    found = json.loads(written, parse_float=Decimal) if written else {}
    return found if isinstance(found, dict) else {}


def settle(cursor: Any, now: datetime) -> dict[int, tuple[str, list[AccountEvent]]]:
    """Bring the roles of all in `event_account` in line; return the events of customers who are on the way to buy."""
    cursor.execute("SELECT DISTINCT source_id, account_key, user_key FROM event_account ORDER BY 1, 2, 3")
    units: list[Unit] = cursor.fetchall()
    if not units:
        return {}
    cursor.execute(_OF_USERS, [list(column) for column in zip(*units, strict=True)])
    spoken = cursor.fetchall()
    events = said_of(cursor, [row[3] for row in spoken])
    roles: dict[Unit, dict[int, AccountEvent]] = {unit: {} for unit in units if unit[1] and unit[2]}
    parties: dict[Party, dict[int, AccountEvent]] = {}
    for source, account, user, number, meaning, of in spoken:
        event = events.get(number)
        if event is None:
            continue
        event = event._replace(meaning=meaning)
        if (source, account, user) in roles and of == account and meaning in accounts.ROLES:
            roles[source, account, user][number] = event
        if meaning in accounts.LEADS and (meaning not in accounts.TRIALS or (of == account and not user) or not of):
            parties.setdefault((source, user or account), {})[number] = event
    customers = who(cursor, [(source, key) for source, *keys in units for key in keys if key])
    said = said_before(roles)
    for unit, found in roles.items():
        source, account, user = unit
        both = customers.get((source, user)), customers.get((source, account))
        if both[0] and both[1]:
            role(unit, (both[0], both[1]), said[unit], found, cursor, now)
    codes = dict(Source.objects.filter(pk__in={source for source, _key in parties}).values_list("pk", "code"))
    return {
        customers[party]: (codes[party[0]], list(found.values()))
        for party, found in parties.items()
        if party in customers
    }


def said_of(cursor: Any, numbers: Sequence[int]) -> dict[int, AccountEvent]:
    """Return what some events say, each on the day it was where its source is."""
    cursor.execute(_SAID, [sorted(set(numbers))])
    return {
        number: AccountEvent("", at, message, at.astimezone(ZoneInfo(zone)).date(), read(written))
        for number, at, message, written, zone in cursor.fetchall()
    }


def who(cursor: Any, parties: Sequence[Party]) -> dict[Party, int]:
    """Return the customers that sources know by some keys."""
    if not parties:
        return {}
    asked = sorted(set(parties))
    cursor.execute(_WHO, [[source for source, _key in asked], [key for _source, key in asked]])
    return {(source, key): customer for source, key, customer in cursor.fetchall()}


def said_before(units: Iterable[Unit]) -> dict[Unit, dict[int, AccountRole]]:
    """Return what was last said of some persons in some organisations, by the places of the roles."""
    found: dict[Unit, dict[int, AccountRole]] = {unit: {} for unit in units}
    rows = AccountRole.objects.filter(
        source_id__in={source for source, _account, _user in found},
        account_key__in={account for _source, account, _user in found},
        user_key__in={user for _source, _account, user in found},
    )
    for row in rows:
        if (row.source_id, row.account_key, row.user_key) in found:
            found[row.source_id, row.account_key, row.user_key][row.place] = row
    return found


def role(
    unit: Unit,
    both: tuple[int, int],
    there: dict[int, AccountRole],
    found: dict[int, AccountEvent],
    cursor: Any,
    now: datetime,
) -> None:
    """Bring the roles of one person in one organisation in line; what the base refuses is set aside by itself."""
    source, account, user = unit
    wanted = accounts.spells(found.values())
    try:
        # Those that go make room for those that come.
        for place in sorted(set(there) - set(range(len(wanted)))):
            withdraw(there.pop(place), now)
        for place, spell in enumerate(wanted):
            write(there.get(place) or AccountRole(source_id=source, account_key=account, user_key=user, place=place),
                  spell, both, now)  # fmt: skip
    except RelationError:
        latest = max(found, key=lambda number: found[number].order)
        aside.put(cursor, [(latest, "relation", "")])


def write(row: AccountRole, spell: Spell, both: tuple[int, int], now: datetime) -> None:
    """Write one role, or what of it is news."""
    said = {name: changes.written(value) for name, value in spell._asdict().items()}
    if row.pk and row.said == said:
        return
    relation = Relation.objects.filter(pk=row.relation_id).first() if row.pk else None
    if relation is None:
        details = services.Details(**spell._asdict())
        relation = services.relation_add(kind=KIND, first_id=both[0], second_id=both[1], details=details, now=now)
    else:
        news = {name: value for name, value in spell._asdict().items() if row.said.get(name) != said[name]}
        stands = {name: getattr(relation, name) for name in services.Details.__dataclass_fields__}
        services.relation_change(relation_id=relation.pk, details=services.Details(**{**stands, **news}), now=now)
    row.relation_id, row.said = relation.pk, said
    row.save()


def withdraw(row: AccountRole, now: datetime) -> None:
    """Take a role back that events do not speak of any more; one that somebody else has changed since stays."""
    services.relation_take_back(relation_id=row.relation_id, now=now)
    row.delete()
