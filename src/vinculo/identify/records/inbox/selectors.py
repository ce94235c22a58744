"""What can be read of watched folders."""

from django.db.models import Q, QuerySet

from vinculo.identify.records.models import Import, WatchedFile, WatchedFolder


def folder_list() -> QuerySet[WatchedFolder]:
    """Return the watched folders by their path."""
    return WatchedFolder.objects.select_related("source").order_by("path")


def file_list(*, folder_id: int) -> QuerySet[WatchedFile]:
    """Return the files met in a folder, the latest first."""
    return WatchedFile.objects.filter(folder_id=folder_id).select_related("imported").order_by("-met_at", "-id")


def warning_list() -> QuerySet[WatchedFile]:
    """Return the files that somebody should look at and nobody has, the latest first."""
    open_still = Q(imported=None) | ~Q(imported__state__in=(Import.State.DONE, Import.State.UNDONE))
    bad = WatchedFile.objects.filter(
        state__in=(WatchedFile.State.FAILED, WatchedFile.State.HELD), noted_at=None
    ).filter(open_still)
    return bad.select_related("folder", "imported").order_by("-met_at", "-id")


def problem_list() -> QuerySet[WatchedFolder]:
    """Return the folders that could not be opened when they were last looked at."""
    return folder_list().exclude(problem="")
