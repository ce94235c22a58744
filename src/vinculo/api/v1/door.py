"""Door: the API put together from its resources, its document, and the page that shows it."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

from django.core.exceptions import ValidationError as FieldsError
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.utils import replace_path_param_notation

from vinculo.api.v1 import document, gate, problems, programs, resources
from vinculo.api.v1.bodies import StrictParser
from vinculo.api.v1.cursors import CursorError
from vinculo.api.v1.problems import Fault
from vinculo.foundation.errors import VinculoError

VERSION = "1.0"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # The page of the document draws itself.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

api = NinjaAPI(
    title="Vinculo",
    version=VERSION,
    description=document.DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    parser=StrictParser(),
    urls_namespace="api_v1",
)
MODULES = [
    importlib.import_module(f"{package.__name__}.{module.name}")
    for package in (resources, programs)
    for module in pkgutil.iter_modules(package.__path__)
]
ROUTERS: list[Router] = [module.router for module in MODULES if hasattr(module, "router")]
for each in ROUTERS:
    api.add_router("", each)


@api.exception_handler(ValidationError)
def fields_invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    """Name every field that cannot be as it is."""
    return problems.answer(problems.FieldsInvalidError(), [fault(each) for each in error.errors])


@api.exception_handler(FieldsError)
def fields_refused(_request: HttpRequest, error: Any) -> HttpResponse:
    """Name every field that the store cannot hold."""
    return problems.answer(problems.FieldsInvalidError(), problems.of_fields(error))


@api.exception_handler(VinculoError)
def refused(_request: HttpRequest, error: Any) -> HttpResponse:
    """Tell an error of ours."""
    return problems.answer(error, error.faults if isinstance(error, CursorError) else ())


@api.exception_handler(AuthenticationError)
def unknown_token(_request: HttpRequest, _error: Any) -> HttpResponse:
    """Ask for a token."""
    return problems.answer(problems.TokenError())


@api.exception_handler(HttpError)
def malformed(_request: HttpRequest, _error: Any) -> HttpResponse:
    """Tell that a call cannot be read."""
    return problems.answer(problems.MalformedError())


@api.exception_handler(Exception)
def unforeseen(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer what nobody foresaw in the format of programs; what the database refuses, the gate explains."""
    if isinstance(error, IntegrityError | OperationalError):
        raise error
    return gate.unforeseen(request, error)


def fault(error: dict[str, Any]) -> Fault:
    """Return what is wrong with a field, named by its place: `body.lines.0.quantity`."""
    place = [str(part) for part in error["loc"]]
    # The framework names the argument that holds a body; callers know only its fields.
    if place[0] == "body" and len(place) > 1:
        place.pop(1)
    return {"field": ".".join(place), "detail": str(error["msg"]).removeprefix("Value error, ")}


def operations() -> Iterator[tuple[str, Operation]]:
    """Yield every operation with its path."""
    for router in ROUTERS:
        for place, view in router.path_operations.items():
            yield from ((place, operation) for operation in view.operations)


def manners() -> dict[str, gate.Manners]:
    """Return by route what an address is asked with."""
    keyless, asked = defaultdict[str, set[str]](set), defaultdict[str, dict[str, frozenset[str]]](dict)
    described = api.get_openapi_schema(path_prefix="")["paths"]
    for place, operation in operations():
        for method in operation.methods:
            if not (operation.openapi_extra or {}).get("x-changes", True):
                keyless[route(place)].add(method)
            parameters = described[place][method.lower()]["parameters"]
            asked[route(place)][method] = frozenset(each["name"] for each in parameters if each["in"] == "query")
    return {place: gate.Manners(frozenset(keyless[place]), asked[place]) for place in asked}


def route(place: str) -> str:
    """Return a path as Django writes it."""
    return str(replace_path_param_notation(place)).lstrip("/")


@gate.opened
def openapi(_request: HttpRequest) -> HttpResponse:
    """Give the document."""
    return JsonResponse(document.written(api, reverse("api_v1_home")), json_dumps_params={"indent": 1})


@gate.opened
def reference(request: HttpRequest) -> HttpResponse:
    """Show the document, with nothing from anywhere else."""
    response = render(request, "api/reference.html", {"address": reverse("api_v1_document")})
    response.headers["Content-Security-Policy"] = POLICY
    return response


@gate.opened
def unknown(_request: HttpRequest, rest: str = "") -> HttpResponse:
    """Tell that there is nothing under an address."""
    return problems.answer(problems.UnknownError())


def addresses() -> list[URLPattern]:
    """Return the addresses of the API, each behind the gate; one that several methods share comes once."""
    known, asked = dict[str, URLPattern](), manners()
    for pattern in api.urls[0]:
        place = str(pattern.pattern)
        if place in asked and place not in known:
            known[place] = path(place, gate.guarded(cast(gate.View, pattern.callback), asked[place]))
    return list(known.values())


urlpatterns = [
    path("", unknown, name="api_v1_home"),
    path("openapi.json", openapi, name="api_v1_document"),
    path("reference", reference, name="api_v1_reference"),
    *addresses(),
    path("<path:rest>", unknown),
]
