"""Views of imports."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation import language
from vinculo.foundation.errors import VinculoError
from vinculo.identify.parties import reading
from vinculo.identify.records import selectors, services, tasks
from vinculo.identify.records.imports import templates
from vinculo.identify.records.inbox import selectors as inbox
from vinculo.identify.records.services import imports
from vinculo.identify.templates import policies as rules
from vinculo.web import permission, progress, shell
from vinculo.web.imports import shown, words

PAGE = 50
AT_ONCE = 4 << 20
"""Bytes of a file that is previewed while the page waits; a larger one is read by a job."""


@require_GET
@permission.needs("staff.import_view")
def import_list(request: HttpRequest) -> HttpResponse:
    """Show all imports, the latest first, and where a file is uploaded."""
    imports.import_recover()
    page = Paginator(selectors.import_list(), PAGE).get_page(request.GET.get("page"))
    rows = [(each, shown.figures(each.counts)) for each in page]
    sources = selectors.source_list()
    context = {"page": page, "rows": rows, "sources": sources, "kinds": words.KINDS}
    warned = {"warnings": inbox.warning_list()[:PAGE], "unopened": inbox.problem_list()}
    return render(request, "imports/list.html", {**context, **warned})


@require_POST
@permission.needs("staff.import_run")
def import_upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and show what it would do."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect("imports")
    try:
        judged = judge(file, kind=request.POST.get("kind", ""))
        imported = imports.import_open(
            file=file,
            kind=judged.kind,
            source=source_named(request.POST.get("source", "")) or judged.source or source_named(_("Files")),
            by=request.user.get_username(),
            now=timezone.now(),
            name=file.name or "",
            options={**judged.options, "language": shell.language()},
        )
    except VinculoError as error:
        return refused(request, error, "imports")
    return previewed(request, imported.pk, imported.bytes)


@require_GET
@permission.needs("staff.import_view")
def import_page(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show one import: its preview, how far it is, or what came of it."""
    imported = existing(import_id)
    preview = imports.import_previewed(import_id=import_id)
    rows = shown.may_see_rows(request, imported)
    counts = imported.counts or {}
    context: dict[str, Any] = {
        "imported": imported,
        "preview": preview,
        "rows": rows,
        "figures": shown.figures(counts),
        "details": shown.details(counts),
        "issues": preview.issues if preview and rows else (),
        "likely": shown.likely(preview, counts) if imported.state == "previewed" else None,
        "busy": shown.busy(imported),
        "progress": progress_of(imported),
        "undo_question": shown.undo_question(imported),
    }
    if preview and imported.state in ("previewed", "failed", "cancelled") and not context["busy"]:
        context |= choices(imported, preview, rows=rows)
    return render(request, "imports/page.html", context)


@require_POST
@permission.needs("staff.import_run")
def import_preview(request: HttpRequest, import_id: int) -> HttpResponse:
    """Try the import again as the form says."""
    imported = existing(import_id)
    preview = imports.import_previewed(import_id=import_id)
    if preview is None:
        return previewed(request, import_id, imported.bytes)
    mapping, policies = chosen(request, preview.headers)
    if twice := doubled(mapping):
        messages.error(request, twice)
        return redirect("import", import_id)
    names = ("encoding", "delimiter", "date_order", "decimal", "currency", "match_key", "country")
    options = {name: request.POST[name].strip() for name in names if name in request.POST}
    known = words.targets(imported.kind)
    picked = {target: mapping[target][0] if target in mapping else "" for target in known}
    # Another encoding writes the headers anew: what was guessed is guessed again.
    anew = options.get("encoding", preview.encoding) != preview.encoding
    return previewed(
        request, import_id, imported.bytes, mapping={} if anew else picked, options={**options, "policies": policies}
    )


@require_POST
@permission.needs("staff.import_run")
def import_run(request: HttpRequest, import_id: int) -> HttpResponse:
    """Put the rows in, by a job."""
    imported = existing(import_id)
    if not shown.busy(imported):
        defer(tasks.import_run, request, import_id)
    return redirect("import", import_id)


@require_POST
@permission.needs("staff.import_run")
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop an import."""
    existing(import_id)
    try:
        imports.import_cancel(import_id=import_id, now=timezone.now())
    except VinculoError as error:
        return refused(request, error, "import", import_id)
    return redirect("import", import_id)


@require_POST
@permission.needs("staff.import_undo")
def import_undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take an import back and say what was undone and what could not be."""
    existing(import_id)
    try:
        counts = imports.import_undo(import_id=import_id, by=request.user.get_username(), now=timezone.now())
    except VinculoError as error:
        return refused(request, error, "import", import_id)
    said = _("Undone: {removed} removed, {restored} as they were before.").format(
        removed=counts.get("removed", 0), restored=counts.get("restored", 0)
    )
    if counts.get("kept"):
        said += " " + _("{kept} stay under their number only, because orders name them.").format(kept=counts["kept"])
    messages.success(request, said)
    return redirect("import", import_id)


@require_GET
@permission.needs("staff.import_view")
def import_progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """Answer how far an import is."""
    return progress.answer(request, progress_of(existing(import_id)))


@require_GET
@permission.needs("staff.import_view")
def import_rejected(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Download the rows that could not come in, with their reasons, ready to be corrected."""
    imported = existing(import_id)
    if not shown.may_see_rows(request, imported):
        raise PermissionDenied
    try:
        pieces = imports.import_rejected_file(import_id=import_id)
        first = next(pieces)
    except VinculoError as error:
        return refused(request, error, "import", import_id)
    answer = StreamingHttpResponse(joined(first, pieces), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="rejected-{import_id}.csv"'
    return answer


def joined(first: bytes, rest: Any) -> Any:
    """Yield a first piece and the rest."""
    yield first
    yield from rest


@dataclass(frozen=True)
class Judged:
    """What is known of an uploaded file before it is read."""

    kind: str
    source: Any = None
    options: dict[str, Any] = field(default_factory=dict)


def judge(file: "UploadedFile[Any]", *, kind: str) -> Judged:
    """Return what an uploaded file is: by the template of its headers, else by the headers themselves."""
    with tempfile.TemporaryDirectory() as folder:
        kept = getattr(file, "temporary_file_path", None)
        copy = Path(kept()) if kept is not None else Path(folder) / f"file{Path(file.name or '').suffix}"
        if kept is None:
            with copy.open("wb") as target:
                target.writelines(file.chunks())
        try:
            if template := templates.template_for(copy, kind=kind):
                return Judged(template.kind, template.source, templates.applied(template, copy))
            return Judged(kind or reading.likeliest_kind(copy, Path(folder)))
        except VinculoError as error:
            error.rename(str(copy), file.name or copy.name)
            raise


def source_named(name: str) -> Any:
    """Return the source of a name, made when there is none; nothing for no name."""
    name = name.strip()
    return services.source_ensure(code=slugify(name) or "files", name=name) if name else None


def previewed(request: HttpRequest, import_id: int, size: int, **asked: Any) -> HttpResponse:
    """Preview an import at once when it is small, else by a job; go to its page."""
    if size > AT_ONCE:
        defer(tasks.import_preview, request, import_id, **asked)
        return redirect("import", import_id)
    try:
        imports.import_preview(import_id=import_id, now=timezone.now(), **asked)
    except VinculoError as error:
        # What an import ended with stands on its page already.
        if not existing(import_id).problem:
            return refused(request, error, "import", import_id)
    return redirect("import", import_id)


def defer(task: Any, request: HttpRequest, import_id: int, **asked: Any) -> None:
    """Hand an import over to the worker."""
    job = task.defer(import_id=import_id, by=request.user.get_username(), **asked)
    selectors.import_list().filter(pk=import_id).update(job_id=job)


def refused(request: HttpRequest, error: VinculoError, address: str, *args: int) -> HttpResponse:
    """Say what was refused, in the language of the page, and go somewhere."""
    messages.error(request, error.say(language.translator(shell.language())))
    return redirect(address, *args)


def existing(import_id: int) -> Any:
    """Return an import, or the page that says there is none."""
    imported = shown.found(import_id)
    if imported is None:
        raise Http404
    return imported


def progress_of(imported: Any) -> progress.Progress:
    """Return how far an import is."""
    translate = language.translator(shell.language())
    waiting = imported.state != "running"
    return progress.Progress(
        reverse("import_progress", args=[imported.pk]),
        _("Waiting for the worker") if waiting else translate(imported.step or "Reading the file"),
        None if waiting else imported.progress,
        over=not shown.busy(imported),
    )


def choices(imported: Any, preview: Any, *, rows: bool) -> dict[str, Any]:
    """Return what the form of the preview offers."""
    names = [(target, words.named(imported.kind, target)) for target in words.targets(imported.kind)]
    return {
        "template_name": imported.options.get(templates.NAME) or "",
        "columns": list(shown.columns(preview, imported.options, rows=rows)),
        "targets": names,
        "policies": words.POLICIES if imported.kind in words.FOLLOWED else (),
        "encodings": words.ENCODINGS if preview.encoding else (),
        "date_orders": words.DATE_ORDERS,
        "decimals": words.DECIMALS,
        "can_run": preview.rows > preview.rejected,
    }


def chosen(request: HttpRequest, headers: tuple[str, ...]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the columns chosen for each target, and what may happen to each."""
    mapping: dict[str, list[str]] = {}
    policies: dict[str, str] = {}
    for place, header in enumerate(headers):
        target = request.POST.get(f"column_{place}", "")
        if target in words.TARGETS:
            mapping.setdefault(target, []).append(header)
            policy = request.POST.get(f"policy_{place}", rules.OVERWRITE)
            if policy != rules.OVERWRITE and policy in rules.possible(target):
                policies[target] = policy
    return mapping, policies


def doubled(mapping: dict[str, list[str]]) -> str:
    """Say which targets were chosen for two columns, if any were."""
    twice = sorted({str(words.TARGETS[target]) for target, headers in mapping.items() if len(headers) > 1})
    return _("Two columns cannot both be: {names}.").format(names=", ".join(twice)) if twice else ""


urlpatterns = [
    path("imports/", import_list, name="imports"),
    path("imports/new/", import_upload, name="import_upload"),
    path("imports/<int:import_id>/", import_page, name="import"),
    path("imports/<int:import_id>/preview/", import_preview, name="import_preview"),
    path("imports/<int:import_id>/run/", import_run, name="import_run"),
    path("imports/<int:import_id>/cancel/", import_cancel, name="import_cancel"),
    path("imports/<int:import_id>/undo/", import_undo, name="import_undo"),
    path("imports/<int:import_id>/progress/", import_progress, name="import_progress"),
    path("imports/<int:import_id>/rejected.csv", import_rejected, name="import_rejected"),
]
