"""The value page: what customers are worth, part by part; every mark opens the customers behind it."""

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from vinculo.foundation.errors import InputError
from vinculo.measure import selection
from vinculo.measure.charts.reader import Reader
from vinculo.measure.explorer import book, pages
from vinculo.measure.report import names
from vinculo.measure.report.book import EVERYBODY
from vinculo.web import permission, reading, tags
from vinculo.web.reading import Reading

DRAWINGS = "drawings"
"""The cache of drawings, which all processes share; they never go stale, for runs do not change."""


@require_GET
@permission.needs("staff.value_view")
def value(request: HttpRequest) -> HttpResponse:
    """Show one part of the value of a run's customers, of everybody or of one value of a dimension."""
    shown = reading.shown(request)
    if shown is None:
        return render(request, "value/none.html")
    scope = scope_of(request.GET.get("cut", ""))
    name = request.GET.get("part", "")
    name = name if name in pages.PARTS else next(iter(pages.PARTS))
    try:
        content = part(shown, name, scope)
    except InputError as error:
        return render(request, "value/none.html", {"error": error.say(shown.reader.say)}, status=400)
    return render(request, "value/page.html", {**surroundings(request, shown, scope), "name": name, "content": content})


def scope_of(cut: str) -> tuple[str, str]:
    """Return the dimension and value that a cut names; everybody without one."""
    dimension, _, given = cut.partition(":")
    return (dimension, given) if dimension and given else EVERYBODY


def part(shown: Reading, name: str, scope: tuple[str, str]) -> SafeString:
    """Return a part of the page as markup, drawn once for all who read the same."""
    key = f"value:{shown.key}:{name}:{'/'.join(scope).encode().hex()}"
    found = caches[DRAWINGS].get(key)
    if found is None:
        with book.opened(shown.run, shown.reader, linking=shown.linking, earlier=shown.earlier, scope=scope) as opened:
            chapter = pages.part(opened, name)
        found = render_to_string("value/part.html", {"chapter": chapter})
        caches[DRAWINGS].set(key, str(found))
    # The template escaped every word of the data; what is kept is what it wrote.
    return SafeString(found)


def surroundings(request: HttpRequest, shown: Reading, scope: tuple[str, str]) -> dict[str, object]:
    """Return what stands around a part: the parts, the cuts, how fresh the figures are."""
    reader, manifest = shown.reader, shown.run.manifest
    kept = request.GET.copy()
    kept.pop("part", None)
    cut = "" if scope == EVERYBODY else ":".join(scope)
    cuts = [
        (
            names.of(reader, dimension),
            [(f"{dimension}:{each}", named(reader, dimension, each), reader.number(count)) for each, count in values],
        )
        for dimension, values in book.cuts(shown.run).items()
    ]
    return {
        "parts": [(code, reader.say(title)) for code, (title, _) in pages.PARTS.items()],
        "kept": kept.urlencode(),
        "cut": cut,
        "cuts": cuts,
        "number": shown.number,
        "as_of": reader.day(manifest["as_of"]),
        "made": tags.moment(manifest["created_at"], reader),
        "horizon": reader.number(manifest["horizon_days"]),
        "earlier": reader.day(shown.earlier.manifest["as_of"]) if shown.earlier else "",
        "linked": shown.linking.allowed,
    }


def named(reader: Reader, dimension: str, value: str) -> str:
    """Return the value of a dimension as people read it."""
    if dimension == "cohort" and value[:4].isdecimal():
        return reader.whole_month(value)
    term = selection.DIMENSIONS.get(dimension)
    return selection.name_of(reader, selection.TERMS[term], value) if term else value


urlpatterns = [path("value/", value, name="value")]
