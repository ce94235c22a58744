"""Erased: what the trail says of persons, to themselves when they ask and to nobody when they are erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from vinculo.project.audit.models import AuditEntry

LATEST = 1000


def forget(customer_ids: Sequence[int], **_fact: Any) -> None:
    """Take what rows said out of the entries about persons; who did what to which row, and when, stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_erase(%s)", [list(customer_ids)])


def old(before: datetime) -> int:
    """Return how many entries are older than a moment."""
    return AuditEntry.objects.filter(recorded_at__lt=before).count()


def trim(before: datetime, _now: datetime) -> int:
    """Remove what is older than a moment; the database refuses what is younger than a year."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_trim(%s)", [before])
        return int(cursor.fetchone()[0])


def collect(customer_ids: Sequence[int], **_fact: Any) -> tuple[str, list[dict[str, Any]]]:
    """Return the entries about persons, without the names of those who work here."""
    ids = [str(each) for each in customer_ids]
    mine = Q(table_name="identify_customer", row_key__in=ids)
    tables = ("identify_identifier", "identify_address", "identify_rightsrequest")
    for side in ("before", "after"):
        mine |= Q(**{"table_name__in": tables, f"{side}__customer_id__in": list(customer_ids)})
    found = AuditEntry.objects.filter(mine).order_by("-id")[:LATEST]
    return "changes", [dict(each) for each in found.values("recorded_at", "table_name", "action", "before", "after")]
