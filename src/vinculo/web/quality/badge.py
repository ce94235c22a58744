"""The badge of a customer: whether what is known of it is complete, valid and fresh, as it stands this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vinculo.identify.quality import faults
from vinculo.identify.quality.faults import COMPLETE, FRESH, RECORD
from vinculo.identify.records.models import ConsentRequest, Identifier
from vinculo.identify.records.quality import ages, units
from vinculo.web.quality import words


@dataclass(frozen=True)
class Badge:
    """One word, whether it is good or bad, and the reasons."""

    word: str
    tone: str
    missing: tuple[str | Promise, ...] = ()
    doubtful: tuple[tuple[str | Promise, str | Promise], ...] = ()
    old: tuple[tuple[str | Promise, date], ...] = ()
    """Which fields are stale, and since which day."""
    unconfirmed: bool = False


def of(customer_ids: Sequence[int]) -> Badge | None:
    """Return the badge of a customer, all of whose ids are given; nothing for one of whom nothing is known any more."""
    now = timezone.now()
    known = units.units_of(customer_ids, now=now)
    unit = units.together(known)
    if unit is None:
        return None
    found = faults.found(*unit)
    missing = [each.field for each in found if each.measure == COMPLETE and each.field != RECORD]
    doubtful = [each for each in found if each.measure not in (COMPLETE, FRESH)]
    # Read only where something is stale: since when takes another statement.
    old = stale(customer_ids, known, now=now) if any(each.measure == FRESH for each in found) else ()
    word, tone = _("Data in order"), "good"
    if doubtful:
        word, tone = _("Data in doubt"), "bad"
    elif "name" in missing or {"email", "phone"} <= set(missing):
        word, tone = _("Data incomplete"), "bad"
    elif old:
        word, tone = _("Data not fresh"), ""
    return Badge(
        word,
        tone,
        tuple(words.FIELDS[name] for name in missing),
        tuple((words.FIELDS[each.field], words.KINDS[each.kind]) for each in doubtful),
        old,
        unconfirmed(customer_ids),
    )


def stale(customer_ids: Sequence[int], known: units.Units, *, now: datetime) -> tuple[tuple[str | Promise, date], ...]:
    """Return what is stale, what has been so for longest first."""
    found = ages.stale_of(customer_ids, known, now=now).values()
    days = {name: timezone.localdate(since) for fields in found for name, since in fields.items()}
    return tuple((words.FIELDS[name], day) for name, day in sorted(days.items(), key=lambda each: each[1]))


def unconfirmed(customer_ids: Sequence[int]) -> bool:
    """Tell whether there is an e-mail and the customer has never confirmed one by a link in it."""
    ids = list(customer_ids)
    bears = Identifier.objects.filter(customer_id__in=ids, kind=Identifier.Kind.EMAIL).exists()
    return bears and not ConsentRequest.objects.filter(customer_id__in=ids, confirmed_at__isnull=False).exists()
