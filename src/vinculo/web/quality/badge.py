"""The badge of a customer: whether what is known of it is complete, valid and fresh, as it stands this moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vinculo.identify.quality import faults
from vinculo.identify.quality.faults import COMPLETE, FRESH, RECORD
from vinculo.identify.records.models import ConsentRequest, Identifier
from vinculo.identify.records.quality import units
from vinculo.web.quality import words


@dataclass(frozen=True)
class Badge:
    """One word, whether it is good or bad, and the reasons."""

    word: str
    tone: str
    missing: tuple[str | Promise, ...] = ()
    doubtful: tuple[tuple[str | Promise, str | Promise], ...] = ()
    old: bool = False
    unconfirmed: bool = False


def of(customer_ids: Sequence[int]) -> Badge | None:
    """Return the badge of a customer, all of whose ids are given; nothing for one of whom nothing is known any more."""
    unit = units.unit_of(customer_ids, now=timezone.now())
    if unit is None:
        return None
    found = faults.found(*unit)
    missing = [each.field for each in found if each.measure == COMPLETE and each.field != RECORD]
    doubtful = [each for each in found if each.measure not in (COMPLETE, FRESH)]
    old = any((each.field, each.kind) == (RECORD, faults.OLD) for each in found)
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


def unconfirmed(customer_ids: Sequence[int]) -> bool:
    """Tell whether there is an e-mail and the customer has never confirmed one by a link in it."""
    ids = list(customer_ids)
    bears = Identifier.objects.filter(customer_id__in=ids, kind=Identifier.Kind.EMAIL).exists()
    return bears and not ConsentRequest.objects.filter(customer_id__in=ids, confirmed_at__isnull=False).exists()
