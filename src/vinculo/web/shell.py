"""Shell: what surrounds every page: where one can go, in which language, light or dark; and pages for what fails."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from vinculo.differentiate.records import selectors as runs
from vinculo.differentiate.records.models import Run
from vinculo.foundation.errors import RunError
from vinculo.measure.charts import palette
from vinculo.measure.charts.reader import Reader
from vinculo.warehouse import runs as tables
from vinculo.web import permission

THEMES = ("system", "light", "dark")
YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: the name of an address, what people read, and the permission it needs.

    Where hardly anybody goes every day stands in the menu; places of one `group` stand under its name.
    """

    address: str
    name: str | Promise
    permission: str
    rare: bool = False
    group: str | Promise = ""


PROGRAMS = _("Programmes")
PLACES = (
    Place("cockpit", _("Cockpit"), "staff.cockpit_view"),
    Place("customers", _("Customers"), "staff.customer_list"),
    Place("prospects", _("Prospects"), "staff.prospect_view"),
    Place("value", _("Value"), "staff.value_view"),
    Place("programs", _("Programme desk"), "staff.program_view", group=PROGRAMS),
    Place("members", _("Members"), "staff.member_view", group=PROGRAMS),
    Place("till", _("Till"), "staff.till_use", group=PROGRAMS),
    Place("program_finance", _("Points in money"), "staff.finance_view", group=PROGRAMS),
    Place("runs", _("Runs"), "staff.run_view"),
    Place("matchings", _("Who is who"), "staff.matching_view"),
    Place("imports", _("Imports"), "staff.import_view"),
    Place("quality", _("Data quality"), "staff.quality_view", rare=True),
    Place("rights", _("Privacy"), "staff.right_handle", rare=True),
    Place("sources", _("Sources"), "staff.source_view", rare=True),
    Place("tokens", _("Tokens"), "staff.token_manage", rare=True),
    Place("webhooks", _("Webhooks"), "staff.webhook_manage", rare=True),
    Place("admin:index", _("Administration"), "staff.staff_manage", rare=True),
)


def places(request: HttpRequest) -> list[dict[str, Any]]:
    """Return where the user may go; an address that is not there yet is left out."""
    found: list[dict[str, Any]] = []
    for place in PLACES:
        try:
            address = reverse(place.address)
        except NoReverseMatch:
            continue
        if request.user.has_perm(place.permission):
            here = request.path.startswith(address)
            entry = {"address": address, "name": place.name, "here": here, "rare": place.rare}
            grouped(found, place.group, entry)
    return found


def grouped(found: list[dict[str, Any]], group: str | Promise, entry: dict[str, Any]) -> None:
    """Add an entry; the second of a group makes a group of both, a single one stands by itself."""
    last = found[-1] if found else {}
    if group and last.get("of") == group:
        if "inside" not in last:
            found[-1] = last = {**last, "name": group, "inside": [{**last}]}
        last["inside"].append(entry)
        last["here"] = last["here"] or entry["here"]
    else:
        found.append({**entry, "of": group})


def surroundings(request: HttpRequest) -> dict[str, object]:
    """Give every template what the shell shows: navigation, theme, languages, and the reader of its figures."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    theme = request.COOKIES.get("theme", "")
    return {
        "places": SimpleLazyObject(lambda: places(request) if signed_in else []),
        "theme": theme if theme in THEMES else "system",
        "themes": (("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))),
        "languages": [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "reader": SimpleLazyObject(lambda: reader(request)),
    }


def reader(request: HttpRequest) -> Reader:
    """Return who reads: the language of the page, amounts in the currency of the published run."""
    run = published(request)
    return Reader(language(), (currency_of(run) if run else "") or settings.CURRENCY)


def published(request: HttpRequest) -> Run | None:
    """Return the run everybody sees, looked up once a request."""
    kept = vars(request)
    if "published_run" not in kept:
        kept["published_run"] = runs.run_published()
    found: Run | None = kept["published_run"]
    return found


def currency_of(run: Run) -> str:
    """Return the currency of a run: the one it was asked for, or else the one its data were found to be in."""
    return str(run.settings.get("currency") or "") or (currency_found(run.folder) if run.folder else "")


@cache
def currency_found(folder: str) -> str:
    """Return the currency that a run wrote down; runs never change."""
    try:
        return str(tables.read(Path(folder)).manifest["currency"])
    except (RunError, KeyError):
        return ""


def language() -> str:
    """Return the language of the page, one of those we speak."""
    spoken = (translation.get_language() or "en").split("-")[0]
    return spoken if spoken in dict(settings.LANGUAGES) else "en"


@permission.everybody
@cache_control(max_age=YEAR)
def icon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask by the old name to the icon of the site."""
    return redirect(static("vinculo/icon.svg"))


@permission.signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first place the user may see."""
    for place in places(request):
        return redirect(str(place["address"]))
    return render(request, "vinculo/nothing.html")


@require_POST
@permission.everybody
def language_choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language: with the user, or in a cookie before signing in."""
    chosen = request.POST.get("language", "")
    answer = redirect(back(request))
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
        if request.user.is_authenticated:
            # The user is a model of the project, which stands above this door.
            user = cast(Any, request.user)
            user.language = chosen
            user.save(update_fields=["language"])
    return answer


@require_POST
@permission.everybody
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie of this browser."""
    chosen = request.POST.get("theme", "")
    answer = redirect(back(request))
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return answer


def back(request: HttpRequest) -> str:
    """Return the page a form was sent from, never one of another site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@cache_control(max_age=3600)
@permission.everybody
def chart_colours(request: HttpRequest) -> HttpResponse:
    """Give the rules that turn the marks of charts dark where the page is dark."""
    rules = [
        f'svg [{part}="{light}"] {{ {part}: light-dark({light}, {dark}); }}'
        for light, dark in palette.DARK.items()
        for part in ("fill", "stroke")
    ]
    return HttpResponse("\n".join(rules), content_type="text/css; charset=utf-8")
