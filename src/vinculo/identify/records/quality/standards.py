"""Standards: who answers for a field, how long it stays fresh, the least share that must pass; the trail keeps them."""

from django.db import transaction
from django.db.models import Q

from vinculo.foundation.errors import InputError
from vinculo.identify.quality import faults, freshness, thresholds
from vinculo.identify.quality.faults import FIELDS, RECORD
from vinculo.identify.records.models import FieldOwner, ShelfLife, Source, Threshold


def measures_of(field: str) -> list[str]:
    """Return the measures that a threshold of a field may ask for; those of files alone have one."""
    if field in (thresholds.ROW, thresholds.KEY):
        return list(thresholds.OF_LOADS[field])
    return [each for each in faults.MEASURES if any(fault.measure == each for fault in faults.of(field))]


def owner_set(*, source: Source | None, field: str, owner_id: int | None) -> None:
    """Say who answers for a field of a source, or of the whole base; nobody without an owner."""
    refuse_unknown(field)
    with transaction.atomic():
        if owner_id is None:
            FieldOwner.objects.filter(source=source, field=field).delete()
        else:
            FieldOwner.objects.update_or_create(source=source, field=field, defaults={"owner_id": owner_id})


def threshold_set(*, source: Source | None, field: str, measure: str, least: float | None, effect: str) -> None:
    """Say what must hold of a field of a source, or of every source; nothing without a share.

    Raises
    ------
    InputError
        The field has no such measure, the share is none, or the measure cannot be taken of a file that comes in.
    """
    refuse_unknown(field)
    if measure not in measures_of(field):
        raise InputError("{field} has no measure {measure}.", field=field, measure=measure)
    with transaction.atomic():
        if least is None:
            Threshold.objects.filter(source=source, field=field, measure=measure).delete()
            return
        if not 0 < least <= 1:
            raise InputError("A threshold is a share above 0 and of 100 % at most.")
        if effect not in thresholds.EFFECTS:
            raise InputError("{found!r} is no effect: choose one of {known}.", found=effect, known=thresholds.EFFECTS)
        if effect == thresholds.STOP and measure not in thresholds.OF_LOADS.get(field, ()):
            raise InputError("A file can be held back for what it lacks or is not valid, not for what others have.")
        Threshold.objects.update_or_create(
            source=source, field=field, measure=measure, defaults={"least": least, "effect": effect}
        )


def shelf_life_set(*, source: Source | None, field: str, days: int | None) -> None:
    """Say for how many days a value of a field stays fresh, 0 for always; without days, what held before is taken away.

    Raises
    ------
    InputError
        The field is not measured, or the days are none.
    """
    if field not in freshness.DAYS:
        raise InputError("{found!r} is not one of {known}.", found=field, known=tuple(freshness.DAYS))
    if days is not None and not 0 <= days <= freshness.LONGEST:
        raise InputError("A shelf life is of 0 to {most} days.", most=freshness.LONGEST)
    with transaction.atomic():
        if days is None:
            ShelfLife.objects.filter(source=source, field=field).delete()
        else:
            ShelfLife.objects.update_or_create(source=source, field=field, defaults={"days": days or None})


def refuse_unknown(field: str) -> None:
    """Refuse a field that is not measured."""
    known = (RECORD, *FIELDS, thresholds.ROW, thresholds.KEY)
    if field not in known:
        raise InputError("{found!r} is not one of {known}.", found=field, known=known)


def thresholds_of(source_id: int | None) -> list[thresholds.Threshold]:
    """Return what must hold of a source: what is said of every source, unless it has its own."""
    found: dict[tuple[str, str], thresholds.Threshold] = {}
    rows = Threshold.objects.filter(Q(source=None) | Q(source=source_id))
    for each in sorted(rows, key=lambda row: row.source_id is not None):
        found[each.field, each.measure] = thresholds.Threshold(each.field, each.measure, each.least, each.effect)
    return [found[key] for key in sorted(found)]
