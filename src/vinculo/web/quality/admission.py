"""Admission: a person lets a file in that was held back, and says why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from vinculo.foundation import actor
from vinculo.identify.records import tasks
from vinculo.identify.records.quality import admission
from vinculo.web import permission
from vinculo.web.imports import views as imports


@require_POST
@permission.needs("staff.import_view", "staff.import_admit")
def import_admit(request: HttpRequest, import_id: int) -> HttpResponse:
    """Let it in, by a job."""
    imports.existing(import_id)
    with actor.acting(request.user.get_username()):
        admission.import_admit(import_id=import_id, reason=request.POST.get("reason", ""), now=timezone.now())
    imports.defer(tasks.import_run, request, import_id)
    return redirect("import", import_id)
