"""Retention: what is older than its rule allows, shown before it goes; rules are off until somebody says how long."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records.imports import folders
from vinculo.identify.records.models import (
    ConsentEntry,
    ConsentRequest,
    Customer,
    Identifier,
    Import,
    Order,
    RetentionRule,
    RightsRequest,
    SourceRecord,
)
from vinculo.identify.records.rights import erasure, rules
from vinculo.identify.records.senders import retention as events

BATCH = 500
"""Persons erased in one transaction: files are looked through once for all of them."""


@dataclass(frozen=True)
class Due:
    """What a rule would remove now."""

    rule: RetentionRule
    before: datetime | None
    count: int


def rule_set(*, code: str, months: int | None, active: bool) -> RetentionRule:
    """Say how long one kind of data is kept."""
    if active and not months:
        raise InputError("Say after how many months it goes.")
    if code == "audit" and months is not None and months < 12:
        raise InputError("The audit trail is kept for twelve months at least.")
    rule = RetentionRule.objects.get(code=code)
    rule.months, rule.active, rule.changed_by = months, active, actor.current().name
    rule.save(update_fields=["months", "active", "changed_by"])
    return rule


def dues(*, now: datetime) -> list[Due]:
    """Return what every rule would remove now; nothing is removed. A rule that is off says what it would."""
    found = []
    for rule in RetentionRule.objects.all():
        before = rules.months_before(now, rule.months) if rule.months else None
        kind = rules.KINDS.get(rule.code)
        found.append(Due(rule, before, kind.count(before) if kind and before else 0))
    return found


def rules_apply(*, now: datetime) -> list[Due]:
    """Remove what the rules in use say; return what went. A second time there is nothing left to remove."""
    done = []
    for rule in RetentionRule.objects.filter(active=True):
        kind = rules.KINDS.get(rule.code)
        if kind is None or not rule.months:
            continue
        before = rules.months_before(now, rule.months)
        with transaction.atomic():
            count = kind.remove(before, now)
            rule.last_applied_at, rule.last_removed = now, count
            rule.save(update_fields=["last_applied_at", "last_removed"])
        done.append(Due(rule, before, count))
    return done


def idle_prospects(before: datetime) -> QuerySet[Customer]:
    """Return the prospects of whom nothing was heard since: no order, no record, no answer. Erased ones are gone."""
    found = Customer.objects.filter(standing=Customer.Standing.PROSPECT, created_at__lt=before).exclude(name="")
    key = Identifier.objects.filter(
        kind=Identifier.Kind.SOURCE_KEY, customer=OuterRef(OuterRef("pk")), value=OuterRef("source_key")
    ).filter(source=OuterRef("source"))
    heard = SourceRecord.objects.filter(Exists(key), kind="customers", recorded_at__gte=before)
    return found.exclude(
        Exists(Order.objects.filter(customer=OuterRef("pk")))
        | Exists(ConsentEntry.objects.filter(customer=OuterRef("pk"), happened_at__gte=before))
        | Exists(heard)
    ).order_by("id")


def prospects_remove(before: datetime, now: datetime) -> int:
    """Erase idle prospects, many at a time."""
    ids = list(idle_prospects(before).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        erasure.person_erase(customer_ids=ids[start : start + BATCH], now=now)
    return len(ids)


def old_imports(before: datetime) -> list[Import]:
    """Return the imports of before that still have their file or rejected rows."""
    found = Import.objects.exclude(state=Import.State.RUNNING).filter(created_at__lt=before).order_by("id")
    kept = (folders.ORIGINAL, folders.ROWS, folders.ISSUES, folders.PREVIEW)
    return [each for each in found if any((folders.of(each.pk) / name).exists() for name in kept)]


def originals_remove(before: datetime, _now: datetime) -> int:
    """Remove the files of old imports; their lines stay, by which they are undone."""
    found = old_imports(before)
    for each in found:
        for name in (folders.ORIGINAL, folders.ROWS, folders.ISSUES):
            shutil.rmtree(folders.of(each.pk) / name, ignore_errors=True)
        (folders.of(each.pk) / folders.PREVIEW).unlink(missing_ok=True)
    return len(found)


def old_questions(before: datetime) -> QuerySet[ConsentRequest]:
    """Return the questions nobody answered; an answered one is evidence."""
    return ConsentRequest.objects.filter(confirmed_at=None, expires_at__lt=before)


def old_requests(before: datetime) -> QuerySet[RightsRequest]:
    """Return the requests that were closed and hold no more."""
    over = Q(in_force_from=None) | Q(lifted_at__isnull=False)
    return RightsRequest.objects.filter(over, closed_at__lt=before).exclude(state=RightsRequest.State.OPEN)


def removed(found: QuerySet[Any]) -> int:
    """Delete rows and return how many."""
    return found.delete()[0]


rules.KINDS.update(
    {
        **events.KINDS,
        "prospects": rules.Kind(lambda before: idle_prospects(before).count(), prospects_remove),
        "originals": rules.Kind(lambda before: len(old_imports(before)), originals_remove),
        "questions": rules.Kind(
            lambda before: old_questions(before).count(), lambda before, _now: removed(old_questions(before))
        ),
        "requests": rules.Kind(
            lambda before: old_requests(before).count(), lambda before, _now: removed(old_requests(before))
        ),
    }
)
