"""Watched folders: where they are, what came in from each, and what somebody should look at."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation.errors import VinculoError
from vinculo.identify.records import selectors as base
from vinculo.identify.records import tasks
from vinculo.identify.records.inbox import selectors, services
from vinculo.identify.records.models import WatchedFolder
from vinculo.web import permission
from vinculo.web.imports import views, words

FILES = 20
"""Files shown of a folder."""


@require_GET
@permission.needs("staff.import_watch")
def folder_list(request: HttpRequest) -> HttpResponse:
    """Show the watched folders with their latest files, and where another is named."""
    rows = [(each, selectors.file_list(folder_id=each.pk)[:FILES]) for each in selectors.folder_list()]
    context = {
        "rows": rows,
        "root": settings.IMPORT_ROOT,
        "sources": base.source_list(),
        "kinds": words.KINDS,
        "after": WatchedFolder.After.choices,
    }
    return render(request, "imports/folders.html", context)


@require_POST
@permission.needs("staff.import_watch")
def folder_watch(request: HttpRequest) -> HttpResponse:
    """Watch a folder as the form says."""
    given = request.POST
    minutes = given.get("every_minutes", "").strip()
    try:
        services.folder_watch(
            path=given.get("path", ""),
            choice=services.Choice(
                source=views.source_named(given.get("source", "")) or views.source_named(_("Files")),
                kind=given.get("kind", ""),
                every_minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 7 else 0,
                after=given.get("after", ""),
            ),
            by=request.user.get_username(),
            now=timezone.now(),
        )
    except VinculoError as error:
        return views.refused(request, error, "folders")
    messages.success(request, _("The folder is watched."))
    return redirect("folders")


@require_POST
@permission.needs("staff.import_watch")
def folder_look(request: HttpRequest, folder_id: int) -> HttpResponse:
    """Look at a folder at once, by a job."""
    existing(folder_id)
    tasks.folder_look.defer(folder_id=folder_id)
    messages.success(request, _("It is being looked at: come back in a moment."))
    return redirect("folders")


@require_POST
@permission.needs("staff.import_watch")
def folder_forget(request: HttpRequest, folder_id: int) -> HttpResponse:
    """Watch a folder no more."""
    existing(folder_id)
    services.folder_forget(folder_id=folder_id, by=request.user.get_username())
    messages.success(request, _("The folder is watched no more; what came in from it stays."))
    return redirect("folders")


@require_POST
@permission.needs("staff.import_run")
def warning_note(request: HttpRequest, file_id: int) -> HttpResponse:
    """Note that somebody has read a warning."""
    services.warning_note(file_id=file_id, now=timezone.now())
    return redirect("imports")


def existing(folder_id: int) -> None:
    """Raise the page that says there is no such folder, unless there is."""
    if not selectors.folder_list().filter(pk=folder_id).exists():
        raise Http404


urlpatterns = [
    path("imports/folders/", folder_list, name="folders"),
    path("imports/folders/watch/", folder_watch, name="folder_watch"),
    path("imports/folders/<int:folder_id>/look/", folder_look, name="folder_look"),
    path("imports/folders/<int:folder_id>/forget/", folder_forget, name="folder_forget"),
    path("imports/folders/files/<int:file_id>/noted/", warning_note, name="warning_note"),
]
