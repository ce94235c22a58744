"""Document: the API in OpenAPI 3.1, made from its types, with what every operation shares added once."""

from typing import Any

from ninja import NinjaAPI

from vinculo.api.v1 import problems
from vinculo.exchange import scopes

DESCRIPTION = """The common customer base for programs.

Show a token: `Authorization: Bearer vinculo_…`. Every call that changes something carries an `Idempotency-Key` of your
own: the same call under the same key is done once and answered as often as you ask. Lists come in pages: what `next`
says goes into `cursor`. A customer that was merged into another answers under every number it ever had. Amounts are
integers in minor units. Errors are problems (RFC 9457) with a `code` that never changes."""
SAFE = ("get", "head", "options")
SHARED = {
    400: "The call cannot be read",
    401: "No valid token",
    403: "The token lacks a scope",
    404: "There is nothing under this address",
    409: "In conflict with what is there, or with the same call that is still being done",
    413: "The body is larger than 1 MB",
    415: "The body is no JSON",
    422: "Some fields cannot be as they are",
    429: "Too many calls",
    500: "Something went wrong here; nothing was changed",
    503: "An import is being written: ask again in a moment",
}
ONLY_CHANGES = (409, 413, 415, 503)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "never changes, so a program can rely on it"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "a name of your own for this call, such as a UUID",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
}


def written(api: NinjaAPI, prefix: str) -> dict[str, Any]:
    """Return the document."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=prefix))
    found["paths"] = {place: shared(methods) for place, methods in found["paths"].items()}
    found["info"]["x-scopes"] = {scope.code: scope.name for scope in scopes.SCOPES}
    components = found["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["securitySchemes"] = {"Bearer": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {f"Problem{status}": response(words) for status, words in SHARED.items()}
    found.pop("servers", None)
    return found


def response(words: str) -> dict[str, Any]:
    """Return a problem as an answer."""
    return {
        "description": words,
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def shared(methods: dict[str, Any]) -> dict[str, Any]:
    """Return the operations of a path with the answers and the header that all of them share."""
    return {method: whole(method, dict(operation)) for method, operation in methods.items()}


def whole(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return one operation."""
    changes = method not in SAFE and operation.pop("x-changes", True)
    operation.pop("x-changes", None)
    statuses = [status for status in SHARED if method not in SAFE or status not in ONLY_CHANGES]
    refused = {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}
    operation["responses"] = {**{str(key): each for key, each in operation["responses"].items()}, **refused}
    # One Bearer a scope would be written otherwise: they are one scheme.
    operation["security"] = operation["security"][-1:]
    asked = [{**each, "schema": sendable(each["schema"])} for each in operation.get("parameters", [])]
    operation["parameters"] = [*asked, *([KEY] if changes else [])]
    return operation


def sendable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a parameter may be, without null: it is sent as a text or left out."""
    choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name not in ("anyOf", "default")}, **choices[0]}
