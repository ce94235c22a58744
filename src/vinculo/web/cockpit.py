"""The cockpit: this period against the last, on one page, as CSV and as JSON, from one definition of each metric."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from vinculo.foundation.periods import parse_day
from vinculo.measure import metrics, sheets
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import export, periods, tiles
from vinculo.measure.cockpit.tiles import Cockpit, Tile
from vinculo.measure.explorer import book, moves
from vinculo.measure.explorer.figures import groups
from vinculo.web import permission, reading, tags, value
from vinculo.web.reading import Reading

KIND = "quarter"
"""The period shown unless another is asked for: long enough to hold purchases, short enough to act on."""
NEEDS = {"margin": "staff.money_view"}
"""Metrics that need a permission of their own."""


@require_GET
@permission.needs("staff.cockpit_view")
def cockpit(request: HttpRequest) -> HttpResponse:
    """Show the tiles, the bridge of customer equity, tiers and areas."""
    kind = kind_of(request)
    shown = read(request, kind)
    if shown is None:
        return render(request, "value/none.html")
    hidden = hidden_from(request)
    key = f"cockpit:{shown.key}:{kind}:{','.join(hidden)}"
    content = caches[value.DRAWINGS].get(key)
    if content is None:
        content = drawn(shown, kind, hidden)
        caches[value.DRAWINGS].set(key, content)
    kinds = [(each, shown.reader.say(NAMES[each])) for each in periods.KINDS]
    # The template escaped every word of the data; what is kept is what it wrote.
    return render(
        request,
        "cockpit/page.html",
        {"content": SafeString(content), "kind": kind, "kinds": kinds, "number": shown.number},
    )


NAMES = {"month": "Month", "quarter": "Quarter", "year": "Year"}


def kind_of(request: HttpRequest) -> str:
    """Return the kind of period asked for."""
    kind = request.GET.get("period", KIND)
    if kind not in periods.KINDS:
        raise Http404
    return kind


def read(request: HttpRequest, kind: str) -> Reading | None:
    """Return the run shown, compared with the last one that looks from before the period began."""
    shown = reading.shown(request)
    if shown is None:
        return None
    as_of = parse_day(str(shown.run.manifest["as_of"])[:10])
    return reading.shown(request, before=periods.before(periods.of(kind, as_of)).ends)


def hidden_from(request: HttpRequest) -> list[str]:
    """Return the metrics that the viewer may not see."""
    return sorted(key for key, permission in NEEDS.items() if not request.user.has_perm(permission))


@contextmanager
def opened(shown: Reading, kind: str, hidden: list[str]) -> Iterator[tuple[Cockpit, list[Tile]]]:
    """Open the cockpit of a run with the tiles that the viewer may see."""
    with book.opened(shown.run, shown.reader, linking=shown.linking, earlier=shown.earlier) as pages:
        found = Cockpit(pages, kind)
        yield found, [tiles.tile(found, metric) for metric in metrics.METRICS if metric.key not in hidden]


def drawn(shown: Reading, kind: str, hidden: list[str]) -> str:
    """Return the content of the page as markup."""
    with opened(shown, kind, hidden) as (found, given):
        bridge = found.book.equity_bridge()
        context = {
            "tiles": [face(tile, found, shown) for tile in given],
            "bridge": moves.equity(found.book, bridge) if bridge else None,
            "groups": [
                (groups(found.book, "tiers"), tiles.groups(found, "value_tier")),
                (groups(found.book, "areas"), tiles.groups(found, "relationship_area")),
            ],
            "opening_words": shown.reader.day(periods.before(found.period).ends),
            **about(found, shown.reader),
        }
    return render_to_string("cockpit/content.html", context)


def about(found: Cockpit, reader: Reader) -> dict[str, object]:
    """Return what the figures are about and how fresh they are."""
    period, manifest = found.period, found.book.run.manifest
    return {
        "period": period.words(reader),
        "finished": period.finished,
        "seen_to": reader.day(period.seen_to),
        "ends": reader.day(period.ends),
        "as_of": reader.day(found.as_of),
        "made": tags.moment(manifest["created_at"], reader),
    }


def face(tile: Tile, found: Cockpit, shown: Reading) -> dict[str, object]:
    """Return a tile in words."""
    reader, metric = shown.reader, tile.metric
    linking = shown.linking
    mark = linking.mark(tile.behind, reader) if tile.behind else None
    change = ""
    if tile.change is not None and tile.metric.unit != "share":
        change = ("+" if tile.change > 0 else "") + reader.share(tile.change, 1)
    elif tile.change is not None:
        change = ("+" if tile.change > 0 else "") + reader.number(100 * tile.change, 1)
    return {
        "key": metric.key,
        "name": reader.say(metric.name),
        "value": balance(tile, reader) if metric.unit == "share" else metric.write(tile.value, reader),
        "before": metric.write(tile.before, reader) if tile.before is not None else "",
        "compared_with": tile.compared_with,
        "change": change,
        "tone": tile.tone,
        "finding": tile.finding,
        "href": mark.href if mark else "",
        "words": mark.words if mark else "",
        "figure": tile.figure,
        "sheet": tile.sheet,
        "owner": reader.say(metrics.OWNERS[metric.owner]),
        "flow": metric.kind == "flow",
    }


def balance(tile: Tile, reader: Reader) -> str:
    """Write the 80/20 as it is spoken of: 77/23."""
    if tile.value is None:
        return reader.number(None)
    return f"{reader.number(100 - 100 * tile.value)}/{reader.number(100 * tile.value)}"


@require_GET
@permission.needs("staff.cockpit_view")
def figures_csv(request: HttpRequest) -> HttpResponse:
    """Give the tiles as CSV."""
    table = [export.COLUMNS, *([each[name] for name in export.COLUMNS] for each in rows(request))]
    response = HttpResponse(b"".join(sheets.as_csv(table)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cockpit.csv"'
    return response


@require_GET
@permission.needs("staff.cockpit_view")
def figures_json(request: HttpRequest) -> HttpResponse:
    """Give the tiles as JSON."""
    return JsonResponse({"figures": rows(request)}, json_dumps_params={"ensure_ascii": False})


def rows(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tiles as rows, not rounded."""
    kind = kind_of(request)
    shown = read(request, kind)
    if shown is None:
        raise Http404
    with opened(shown, kind, hidden_from(request)) as (found, given):
        return export.rows(found, given)


@require_GET
@permission.needs("staff.cockpit_view")
def definitions(request: HttpRequest) -> HttpResponse:
    """Say what each metric means, how it is computed and whose it is."""
    shown = reading.shown(request)
    reader = shown.reader if shown else Reader("en", "EUR")
    given = [
        {
            "key": metric.key,
            "name": reader.say(metric.name),
            "meaning": reader.say(metric.meaning),
            "formula": metric.formula,
            "owner": reader.say(metrics.OWNERS[metric.owner]),
            "version": metric.version,
        }
        for metric in metrics.METRICS
    ]
    return render(request, "cockpit/definitions.html", {"definitions": given})


urlpatterns = [
    path("cockpit/", cockpit, name="cockpit"),
    path("cockpit/figures.csv", figures_csv, name="cockpit_csv"),
    path("cockpit/figures.json", figures_json, name="cockpit_json"),
    path("cockpit/definitions/", definitions, name="cockpit_definitions"),
]
