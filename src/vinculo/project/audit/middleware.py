"""Middleware: what a request writes is put down to the user who sent it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vinculo.foundation import actor


class AttributionMiddleware:
    """Acts as the signed-in user for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, acting as its user."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        with actor.acting(request.user.get_username()):
            return self.get_response(request)
