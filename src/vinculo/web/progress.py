"""Progress: a piece of page that shows how far a job is and asks again until it is over."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    `address` answers with this piece again (`answer`); `share` is 0 to 1, or None when nobody can tell; `words` say
    what is being done. Once `over`, the page that shows it is loaded anew, with the result.
    """

    address: str
    words: str | Promise
    share: float | None = None
    over: bool = False

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent."""
        return None if self.share is None else round(100 * min(1.0, max(0.0, self.share)))


def answer(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Answer a page that asks how far the job is; show the piece first with `{% include "vinculo/progress.html" %}`."""
    response = render(request, "vinculo/progress.html", {"progress": progress})
    if progress.over:
        response.headers["HX-Refresh"] = "true"
    return response
