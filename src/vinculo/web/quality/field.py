"""One field of one source: its trend day by day, every measure with what fails it, its owner and its thresholds."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation.errors import InputError
from vinculo.identify.quality import faults, freshness, thresholds
from vinculo.identify.quality.faults import RECORD
from vinculo.identify.records.models import FieldOwner, ShelfLife, Source, Threshold
from vinculo.identify.records.quality import lives, selectors, standards
from vinculo.identify.records.quality.selectors import Line
from vinculo.measure.charts.reader import Reader
from vinculo.web import permission, shell
from vinculo.web.quality import drawing, page, words

OF_FILES = (thresholds.ROW, thresholds.KEY)


@require_GET
@permission.needs("staff.quality_view")
def quality_field(request: HttpRequest, source_id: int, field: str) -> HttpResponse:
    """Show one field, as it was last measured or on a day."""
    source, reader = page.source_of(source_id), shell.reader(request)
    if field not in (RECORD, *faults.FIELDS):
        raise Http404
    day = page.asked_day(request.GET)
    then = selectors.overview(day=day)
    line = next((each for each in then.lines if (each.source, each.score.field) == (source, field)), None)
    mine = dict(Threshold.objects.filter(source=source).values_list("field", "pk"))
    name = str(words.FIELDS[field])
    context: dict[str, Any] = {
        "name": name,
        "source": page.named(source),
        "source_id": source_id,
        "field": field,
        "line": line,
        "then": then,
        "past": day is not None and selectors.overview().day != then.day,
        "trend": drawing.trend(whole_trend(source, field), reader, words=_("Trend of {field}").format(field=name)),
        "measures": [measure(line, source_id, code, reader) for code in line.score.measures] if line else [],
        "own": mine,
        "rules": [rule(source, field, code) for code in standards.measures_of(field)],
        "of_files": [rule(source, code, faults.COMPLETE) for code in OF_FILES] if field == RECORD else [],
        "owner": FieldOwner.objects.filter(source=source, field=field).values_list("owner_id", flat=True).first(),
        "people": get_user_model().objects.filter(is_active=True).order_by("username"),
        "effects": words.EFFECTS,
        "life": life(source, field, reader),
    }
    return render(request, "quality/field.html", context)


def whole_trend(source: Source | None, field: str) -> drawing.Trend:
    """Return the trend up to the last day, whatever day is shown."""
    lines = selectors.overview().lines
    return next((each.trend for each in lines if (each.source, each.score.field) == (source, field)), ())


def measure(line: Line, source_id: int, code: str, reader: Reader) -> dict[str, Any]:
    """Return a measure with what fails it; each part leads to its customers."""
    found = line.score.measures[code]
    kinds = [
        (str(words.KINDS[kind]), count, reverse("quality_people", args=[source_id, line.score.field, kind]))
        for kind, count in sorted(found.kinds.items(), key=lambda each: -each[1])
    ]
    return {
        "code": code,
        "name": words.MEASURES[code],
        "meant": words.MEANT[code],
        "found": found,
        "kinds": kinds,
        "bar": drawing.bar(kinds, found.of, reader, words=str(words.MEASURES[code])),
        "broken": [page.said(each) for each in line.broken if each.threshold.measure == code],
    }


def rule(source: Source | None, field: str, measure: str) -> dict[str, Any]:
    """Return what must hold of a measure, of this source and of every source, for the form."""
    own = Threshold.objects.filter(source=source, field=field, measure=measure).first()
    every = Threshold.objects.filter(source=None, field=field, measure=measure).first() if source else None
    return {
        "field": field,
        "measure": measure,
        "name": words.FIELDS[field] if field in OF_FILES else words.MEASURES[measure],
        "percent": f"{100 * own.least:g}" if own else "",
        "effect": own.effect if own else thresholds.WARN,
        "every": every.least if every else None,
        "stoppable": measure in thresholds.OF_LOADS.get(field, ()),
    }


def life(source: Source | None, field: str, reader: Reader) -> dict[str, Any]:
    """Return how long a field stays fresh, what was said of it here, and what holds where nothing is."""
    own = ShelfLife.objects.filter(source=source, field=field).first()
    known = lives.days_by()
    days = known[source.pk if source else 0][field]
    usual = known[0][field] if source else freshness.DAYS[field]
    return {
        "said": reader.days(days) if days else "",
        "written": "" if own is None else own.days or 0,
        "usual": usual or 0,
        "longest": freshness.LONGEST,
    }


@require_POST
@permission.needs("staff.quality_view", "staff.quality_manage")
def shelf_life_set(request: HttpRequest, source_id: int, field: str) -> HttpResponse:
    """Say how long a field stays fresh."""
    source, written = page.source_of(source_id), request.POST.get("days", "").strip()
    if written and not (written.isdecimal() and len(written) < 9):
        raise InputError("{found} is no number of days.", found=written)
    standards.shelf_life_set(source=source, field=field, days=int(written) if written else None)
    messages.success(request, _("The shelf life was saved. It counts from the next measurement on."))
    return redirect("quality_field", source_id, field)


@require_POST
@permission.needs("staff.quality_view", "staff.quality_manage")
def owner_set(request: HttpRequest, source_id: int, field: str) -> HttpResponse:
    """Say who answers for a field."""
    source, chosen = page.source_of(source_id), request.POST.get("owner", "")
    people = get_user_model().objects.filter(is_active=True)
    if chosen and not (chosen.isdecimal() and people.filter(pk=int(chosen[:18])).exists()):
        raise InputError("There is no such user.")
    standards.owner_set(source=source, field=field, owner_id=int(chosen) if chosen else None)
    messages.success(request, _("The owner was saved."))
    return redirect("quality_field", source_id, field)


@require_POST
@permission.needs("staff.quality_view", "staff.quality_manage")
def threshold_set(request: HttpRequest, source_id: int, field: str) -> HttpResponse:
    """Say what must hold of a measure of a field."""
    source, written = page.source_of(source_id), request.POST.get("percent", "").strip().replace(",", ".")
    try:
        least = float(written) / 100 if written else None
    except ValueError:
        raise InputError("{found} is no percentage.", found=written) from None
    standards.threshold_set(
        source=source,
        field=field,
        measure=request.POST.get("measure", ""),
        least=least,
        effect=request.POST.get("effect", thresholds.WARN),
    )
    messages.success(request, _("The threshold was saved."))
    return redirect("quality_field", source_id, RECORD if field in OF_FILES else field)
