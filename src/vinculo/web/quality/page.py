"""The page of data quality: every field of every source, the worst first, with its trend, owner and thresholds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.identify.quality.faults import FRESH
from vinculo.identify.records.models import Source
from vinculo.identify.records.quality import measuring, selectors
from vinculo.identify.records.quality.selectors import Line, Overview
from vinculo.measure import sheets
from vinculo.measure.charts.reader import Reader
from vinculo.measure.sheets import Cell
from vinculo.web import permission, shell
from vinculo.web.quality import drawing, words

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERY = "all"


@require_GET
@permission.needs("staff.quality_view")
def quality(request: HttpRequest) -> HttpResponse:
    """Show what was measured last."""
    found, reader = selectors.overview(), shell.reader(request)
    chosen = request.GET.get("source", "0")
    lines = [each for each in found.lines if chosen in (EVERY, str(each.source_number))]
    known = {each.source_number: each.source for each in found.lines}
    context: dict[str, Any] = {
        "found": found,
        "rows": [row(each, reader) for each in lines],
        "broken": [(each, row(each, reader), [said(one) for one in each.broken]) for each in found.broken],
        "chosen": chosen,
        "sources": [(number, named(source)) for number, source in sorted(known.items())],
        "duplicates": found.duplicates.details if found.duplicates else None,
        "duplicates_trend": drawing.spark(found.earlier, words=_("Trend of the duplicates")),
        "measures": [(name, words.MEANT[code]) for code, name in words.MEASURES.items()],
        "every": EVERY,
    }
    return render(request, "quality/page.html", context)


def named(source: Source | None) -> str:
    """Return what a source is called."""
    return str(source) if source else str(words.WHOLE)


def said(broken: Any) -> str:
    """Say a broken threshold in the language of the page."""
    return str(broken.sentence.say(permission.analytical()))


def row(line: Line, reader: Reader) -> dict[str, Any]:
    """Return a line as the table shows it."""
    name = str(words.FIELDS[line.score.field])
    trend = _("Trend of {field}").format(field=name)
    return {
        "line": line,
        "name": name,
        "source": named(line.source),
        "score": line.score.score,
        "address": reverse("quality_field", args=[line.source_number, line.score.field]),
        "trend": drawing.spark(line.trend, words=trend),
        "trend_words": trend,
        "cells": [
            {
                "name": words.MEASURES[measure],
                "share": each.share if each else None,
                "failing": each.failing if each else 0,
                "address": reverse("quality_people", args=[line.source_number, line.score.field, measure]),
                "broken": any(one.threshold.measure == measure for one in line.broken),
                "days": reader.days(line.days) if measure == FRESH and each and line.days else "",
            }
            for measure, each in line.cells
        ],
    }


@require_POST
@permission.needs("staff.quality_view", "staff.quality_manage")
def quality_measure(request: HttpRequest) -> HttpResponse:
    """Have the base measured by the worker."""
    measuring.ask()
    messages.success(request, _("The base is measured in a minute."))
    return redirect("quality")


@require_GET
@permission.needs("staff.quality_view")
def quality_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the scores as CSV."""
    return handed(sheets.as_csv(cells(selectors.overview())), "text/csv; charset=utf-8", "quality.csv")


@require_GET
@permission.needs("staff.quality_view")
def quality_workbook(request: HttpRequest) -> HttpResponseBase:
    """Give the scores as an Excel workbook."""
    shares = dict.fromkeys((5, *range(6, 6 + 2 * len(words.MEASURES), 2)), sheets.SHARE)
    return handed(sheets.as_workbook(list(cells(selectors.overview())), shares), WORKBOOK, "quality.xlsx")


def handed(pieces: Iterable[bytes], kind: str, name: str) -> HttpResponseBase:
    """Answer with a file; its words are written now, in the language of the page."""
    answer = StreamingHttpResponse(list(pieces), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def cells(found: Overview) -> Iterable[Sequence[Cell]]:
    """Return the head and a row a field of a source, as on the page."""
    head = [_("Day"), _("Source"), _("Field"), _("Customers"), _("With a value"), _("Score")]
    for name in words.MEASURES.values():
        head += [str(name), _("{measure}: failing").format(measure=name)]
    yield [*head, _("Shelf life in days"), _("Owner"), _("Thresholds that are not met")]
    for each in found.lines:
        score = each.score
        known: list[Cell] = [found.day, named(each.source), str(words.FIELDS[score.field]), score.customers, score.held]
        known.append(rounded(score.score))
        for _measure, measured in each.cells:
            known += [rounded(measured.share), measured.failing] if measured else [None, None]
        yield [*known, each.days, each.owner, " ".join(said(one) for one in each.broken)]


def rounded(share: float | None) -> float | None:
    """Return a share with four decimals."""
    return None if share is None else round(share, 4)


def asked_day(query: Mapping[str, str]) -> date | None:
    """Return the day an address asks for, or nothing."""
    try:
        return date.fromisoformat(query.get("day", ""))
    except ValueError:
        return None


def source_of(number: int) -> Source | None:
    """Return the source of a number, nothing for the whole base; raise `Http404` when there is none."""
    if number == 0:
        return None
    found = Source.objects.filter(pk=number).first() if number < 1 << 62 else None
    if found is None:
        raise Http404
    return found
