"""Erasure: a person taken out of everything, so that orders and statistics stay and point to nobody.

What is left of a customer is a number of ours with its kind and country. Source records, identifiers, addresses,
consents and what the audit trail said are removed; files of imports lose the person; keyed hashes keep later files from
bringing the person back, and a list outside the store has the erasure done again after a restore.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.orders.arriving import UNNUMBERED
from vinculo.identify.records import facts
from vinculo.identify.records.imports import watch
from vinculo.identify.records.matching import kept
from vinculo.identify.records.models import Customer, Finding, Order, RightsRequest
from vinculo.identify.records.rights import burial, files, tombstones, traces
from vinculo.identify.records.rights.traces import Traces

LIST = "list.jsonl"
"""The erasures that were done, one a line: when, under which numbers of ours, and their keyed hashes."""


@dataclass(frozen=True)
class Erased:
    """What an erasure did."""

    customer_ids: tuple[int, ...]
    orders_kept: int
    files_removed: tuple[int, ...]
    """Imports that lost their original."""
    left: tuple[str, ...]
    """Where values of the person are still found: texts that people wrote, to be looked at."""


def person_erase(*, customer_ids: Sequence[int], now: datetime, request_id: int | None = None) -> Erased:
    """Take a customer, under all of its ids, out of the store and the home; repeating it changes nothing.

    Everything happens while no import writes, in one transaction. Sends `person_erased` before the end.
    """
    ids = sorted(set(customer_ids))
    with transaction.atomic(), connection.cursor() as cursor:
        watch.alone_writing(cursor)
        if Customer.objects.filter(pk__in=ids).count() != len(ids):
            raise InputError("There is no customer {number}.", number=", ".join(map(str, ids)))
        found = traces.of(ids)
        note(ids, request_id, now)
        tombstones.put(tombstones.of_traces(found), now=now)
        renamed = rename_orders(ids, found)
        cursor.execute("SELECT identify_erase(%s)", [ids])
        Finding.objects.filter(customer_id__in=ids).delete()
        facts.person_erased.send(sender=Customer, customer_ids=ids, renamed=renamed)
        add_to_list(ids, tombstones.of_traces(found), now)
        lost = files.erase(found)
        kept.erase(ids)
        return Erased(tuple(ids), Order.objects.filter(customer_id__in=ids).count(), tuple(lost), tuple(left(found)))


def note(ids: Sequence[int], request_id: int | None, now: datetime) -> None:
    """Write down that it was done: in the request it answers, or in one made for it."""
    done = {
        "state": RightsRequest.State.DONE,
        "handled_by": actor.current().name,
        "closed_at": now,
        "in_force_from": now,
    }
    known = RightsRequest.objects.filter(customer_id__in=ids, kind=RightsRequest.Kind.ERASURE)
    if request_id is not None:
        known.filter(pk=request_id).update(**done)
    known.filter(state=RightsRequest.State.OPEN).update(**done)
    already = set(known.filter(state=RightsRequest.State.DONE).values_list("customer_id", flat=True))
    for each in ids:
        if each not in already:
            RightsRequest.objects.create(
                customer_id=each,
                kind=RightsRequest.Kind.ERASURE,
                received_on=now.date(),
                due_on=now.date(),
                recorded_by=actor.current().name,
                **done,
            )


def rename_orders(ids: Sequence[int], found: Traces) -> dict[str, str]:
    """Give orders that were told by their customer and moment a token in the customer's place; return the changes."""
    renamed = {}
    for source_id, key in sorted(found.keys):
        begins = f"{UNNUMBERED}{key}{UNNUMBERED}"
        instead = f"{UNNUMBERED}{burial.token(source_id, key)}{UNNUMBERED}"
        for order in Order.objects.filter(customer_id__in=ids, source_id=source_id, number__startswith=begins):
            renamed[order.number] = instead + order.number.removeprefix(begins)
            Order.objects.filter(pk=order.pk).update(number=renamed[order.number])
    return renamed


def add_to_list(ids: Sequence[int], digests: Sequence[str], now: datetime) -> None:
    """Add an erasure to the list outside the store, on the disk before the store forgets."""
    told = {"home": mark(), "erased_at": now.isoformat(), "customer_ids": list(ids), "digests": list(digests)}
    line = json.dumps(told)
    descriptor = os.open(tombstones.folder() / LIST, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def mark() -> str:
    """Return what tells this home from others: our numbers mean nobody elsewhere. Its backups share its secret."""
    return salted_hmac("vinculo.erasures", "home").hexdigest()[:16]


def listed(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the erasures of a list that are of this home; a line that was cut off by a crash says nothing."""
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if said["home"] == mark():
                yield said


def erasures_apply(*, lists: Sequence[Path], since: datetime, now: datetime) -> int:
    """Do again, in a store that was restored, the erasures of lists that came after its backup; return the persons."""
    entries = [each for file in lists for each in listed(file)]
    later = [each for each in entries if (parse_datetime(each["erased_at"]) or now) > since]
    tombstones.put(sorted({digest for each in later for digest in each["digests"]}), now=now)
    done = 0
    for each in later:
        # Numbers are never used again, so those that the backup knows are of the same persons.
        ids = sorted(Customer.objects.filter(pk__in=each["customer_ids"]).values_list("pk", flat=True))
        if ids:
            person_erase(customer_ids=ids, now=now)
            done += 1
    return done


_TEXTS = """
SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'json', 'character varying')
    AND table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition)
    AND table_name NOT IN (
        'identify_orderline', 'identify_order', 'identify_product', 'identify_sourcerecord', 'identify_customer',
        'identify_identifier', 'identify_address', 'audit_entry'
    )
GROUP BY table_name ORDER BY table_name
"""
_HOLDS = """
SELECT EXISTS (
    SELECT FROM {table}, unnest(%s::text[]) AS wanted (sought)
    WHERE strpos(identify_fold(concat_ws(' ', {columns})), wanted.sought) > 0
)
"""


def left(found: Traces) -> list[str]:
    """Return the tables in which something that points to a person is still written: what people typed elsewhere."""
    holding = []
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS)
        for table, columns in cursor.fetchall():
            cursor.execute(_HOLDS.format(table=table, columns=columns), [sorted(found.inner)])
            if cursor.fetchone()[0]:
                holding.append(table)
    return holding
