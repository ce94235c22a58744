"""Views of runs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.differentiate.records import selectors, services
from vinculo.differentiate.records.models import Run
from vinculo.foundation import language
from vinculo.foundation.errors import InputError, VinculoError
from vinculo.foundation.periods import parse_day
from vinculo.web import permission, progress, shell
from vinculo.web.runs import comparison, downloads

PAGE = 30
HORIZON = 365


@require_GET
@permission.needs("staff.run_view")
def run_list(request: HttpRequest) -> HttpResponse:
    """Show all runs, the latest first, how far the one under way is, and where one is started."""
    page = Paginator(selectors.run_list(), PAGE).get_page(request.GET.get("page"))
    published = selectors.run_published()
    waiting = selectors.run_under_way()
    context = {
        "page": page,
        "published": published,
        "under_way": waiting,
        "progress": how_far(waiting) if waiting else None,
        "horizon": (published.settings if published else {}).get("horizon_days") or HORIZON,
        "done": selectors.run_list().filter(state=Run.State.DONE).order_by("-as_of", "-id")[:PAGE],
    }
    return render(request, "runs/list.html", context)


def how_far(run: Run) -> progress.Progress:
    """Return how far a run is, in words."""
    over = run.state not in (Run.State.QUEUED, Run.State.RUNNING)
    say = language.translator(shell.language())
    words = say(run.step) if run.step else run.get_state_display().capitalize()
    if run.cancel_asked_at and not over:
        words = _("Stopping")
    share = run.progress if run.state == Run.State.RUNNING else None
    return progress.Progress(reverse("run_progress", args=[run.pk]), words, share, over)


@require_GET
@permission.needs("staff.run_view")
def run_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Answer a page that asks how far a run is."""
    return progress.answer(request, how_far(found(run_id)))


def found(run_id: int) -> Run:
    """Return a run, or the page that there is none."""
    try:
        return selectors.run_get(run_id=run_id)
    except Run.DoesNotExist:
        raise Http404 from None


@require_POST
@permission.needs("staff.run_start")
def run_start(request: HttpRequest) -> HttpResponse:
    """Ask for a run; publishing it when it is done needs the right to publish."""
    wanted = request.POST
    publish = bool(wanted.get("publish")) and request.user.has_perm("staff.run_publish")
    try:
        as_of = parse_day(wanted["as_of"]) if wanted.get("as_of") else None
        horizon = int(wanted.get("horizon_days") or HORIZON)
    except ValueError:
        messages.error(request, _("The day and the number of days could not be understood."))
        return redirect("runs")
    spoken = wanted.get("language") if wanted.get("language") in ("en", "es") else shell.language()
    published = selectors.run_published()
    kept = {**(published.settings if published else {}), "horizon_days": horizon, "language": spoken}
    try:
        services.run_start(now=timezone.now(), as_of=as_of, settings=kept, publish=publish)
    except VinculoError as error:
        messages.error(request, error.say(language.translator(shell.language())))
    else:
        messages.success(request, _("The run is on its way."))
    return redirect("runs")


@require_POST
@permission.needs("staff.run_start")
def run_cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    try:
        services.run_cancel(run_id=found(run_id).pk, now=timezone.now())
    except VinculoError as error:
        messages.error(request, error.say(language.translator(shell.language())))
    return redirect("runs")


@require_POST
@permission.needs("staff.run_publish")
def run_publish(request: HttpRequest, run_id: int) -> HttpResponse:
    """Make a run the one everybody sees; an older one is gone back to."""
    try:
        services.run_publish(run_id=found(run_id).pk, now=timezone.now())
    except VinculoError as error:
        messages.error(request, error.say(language.translator(shell.language())))
    else:
        messages.success(request, _("Everybody now sees run %(run)s.") % {"run": run_id})
    return redirect("runs")


@require_GET
@permission.needs("staff.run_view")
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what a run read, assumed and wrote."""
    run = found(run_id)
    tables, manifest = downloads.tables(run)
    say = language.translator(shell.language())
    tables = [{**table, "grain": say(table["grain"])} for table in tables]
    longest = sorted(run.timings.items(), key=lambda each: -each[1])
    timings = [(say(words), seconds) for words, seconds in longest]
    context = {
        "run": run,
        "manifest": manifest,
        "tables": tables,
        "timings": timings,
        "published": selectors.run_published(),
        "publications": selectors.publication_list().filter(run=run)[:PAGE],
    }
    return render(request, "runs/run.html", context)


@require_GET
@permission.needs("staff.run_view")
def run_compare(request: HttpRequest) -> HttpResponse:
    """Show what changed between two runs."""
    numbers = [request.GET.get(name, "") for name in ("earlier", "later")]
    if not all(number.isdecimal() for number in numbers):
        raise Http404
    earlier, later = (found(int(number)) for number in numbers)
    reader = shell.reader(request)
    try:
        context = comparison.of(earlier, later, reader, linked=request.user.has_perm("staff.customer_list"))
    except (InputError, VinculoError) as error:
        messages.error(request, error.say(language.translator(shell.language())))
        return redirect("runs")
    return render(request, "runs/compare.html", context)


urlpatterns = [
    path("runs/", run_list, name="runs"),
    path("runs/start/", run_start, name="run_start"),
    path("runs/compare/", run_compare, name="run_compare"),
    path("runs/<int:run_id>/", run_page, name="run"),
    path("runs/<int:run_id>/progress/", run_progress, name="run_progress"),
    path("runs/<int:run_id>/cancel/", run_cancel, name="run_cancel"),
    path("runs/<int:run_id>/publish/", run_publish, name="run_publish"),
    path("runs/<int:run_id>/report/", downloads.report, name="run_report"),
    path("runs/<int:run_id>/tables/<slug:name>.csv", downloads.table_csv, name="run_table_csv"),
    path("runs/<int:run_id>/tables/<slug:name>.parquet", downloads.table_parquet, name="run_table_parquet"),
]
