"""Templates of columns: kept from an import, listed, changed, and forgotten."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation.errors import VinculoError
from vinculo.identify.records import selectors
from vinculo.identify.records.imports import templates
from vinculo.identify.templates import policies as rules
from vinculo.web import permission
from vinculo.web.imports import views, words
from vinculo.web.imports.shown import Column

CHOSEN = ("encoding", "delimiter", "sheet", "date_order", "decimal", "currency", "country", "match_key")
"""Options of a template that its page changes."""


@require_GET
@permission.needs("staff.import_view")
def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates, and offer blank files."""
    kinds = [(code, name) for code, name in words.KINDS if code in words.BLANK]
    return render(request, "imports/templates.html", {"templates": templates.template_list(), "kinds": kinds})


@require_GET
@permission.needs("staff.import_view")
def template_page(request: HttpRequest, template_id: int) -> HttpResponse:
    """Show a template, to be changed."""
    found = existing(template_id)
    context = {
        "template": found,
        "columns": columns(found),
        "targets": [(target, words.named(found.kind, target)) for target in words.targets(found.kind)],
        "policies": found.kind in words.FOLLOWED,
        "encodings": words.ENCODINGS,
        "delimiters": words.DELIMITERS,
        "date_orders": words.DATE_ORDERS,
        "decimals": words.DECIMALS,
        "sources": selectors.source_list(),
    }
    return render(request, "imports/template.html", context)


@require_POST
@permission.needs("staff.import_run")
def template_save(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template as the form says."""
    found = existing(template_id)
    names = [column.header for column in columns(found)]
    mapping, policies = views.chosen(request, tuple(names))
    if twice := views.doubled(mapping):
        messages.error(request, twice)
        return redirect("template", template_id)
    left_out = {target: "" for target, column in found.mapping.items() if not column and target not in mapping}
    # A tab is a delimiter: it is not taken off.
    asked = {name: request.POST[name].strip(" ") for name in CHOSEN if name in request.POST}
    options = {**found.options, **asked, "policies": policies}
    try:
        templates.template_change(
            template_id=template_id,
            by=request.user.get_username(),
            mapping={**left_out, **{target: headers[0] for target, headers in mapping.items()}},
            options=options,
            name=request.POST.get("name", ""),
            source=views.source_named(request.POST.get("source", "")),
        )
    except VinculoError as error:
        return views.refused(request, error, "template", template_id)
    messages.success(request, _("The template was changed."))
    return redirect("templates")


@require_POST
@permission.needs("staff.import_run")
def template_remove(request: HttpRequest, template_id: int) -> HttpResponse:
    """Forget a template."""
    existing(template_id)
    templates.template_remove(template_id=template_id, by=request.user.get_username())
    messages.success(request, _("The template is gone; what came in by it stays."))
    return redirect("templates")


@require_POST
@permission.needs("staff.import_run")
def template_keep(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep how an import is read under a name."""
    views.existing(import_id)
    name, by = request.POST.get("name", ""), request.user.get_username()
    try:
        made = templates.template_keep(import_id=import_id, name=name, by=by, now=timezone.now())
    except VinculoError as error:
        return views.refused(request, error, "import", import_id)
    messages.success(request, _("Kept: the next file with these headers is read as “{name}”.").format(name=made.name))
    return redirect("import", import_id)


@require_POST
@permission.needs("staff.import_run")
def template_unapply(request: HttpRequest, import_id: int) -> HttpResponse:
    """Read an import as if there were no template."""
    imported = views.existing(import_id)
    told = templates.unapplied()
    return views.previewed(request, import_id, imported.bytes, mapping=told.pop("mapping"), options=told)


def columns(template: Any) -> list[Column]:
    """Return the columns of a template in the order of its file; those written otherwise there come last."""
    taken = {header: target for target, header in template.mapping.items() if header}
    policies: Mapping[str, str] = template.options.get("policies", {})
    return [
        Column(place, header, taken.get(header, ""), 100, "", policies.get(taken.get(header, ""), rules.OVERWRITE), [])
        for place, header in enumerate(dict.fromkeys([*template.headers, *taken]))
    ]


def existing(template_id: int) -> Any:
    """Return a template, or the page that says there is none."""
    found = templates.template_list().filter(pk=template_id).first()
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("imports/templates/", template_list, name="templates"),
    path("imports/templates/<int:template_id>/", template_page, name="template"),
    path("imports/templates/<int:template_id>/save/", template_save, name="template_save"),
    path("imports/templates/<int:template_id>/remove/", template_remove, name="template_remove"),
    path("imports/<int:import_id>/template/", template_keep, name="template_keep"),
    path("imports/<int:import_id>/without/", template_unapply, name="template_unapply"),
]
