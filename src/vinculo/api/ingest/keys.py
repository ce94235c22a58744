"""Keys: which write key a request shows: as the user name of Basic authentication, or in its body."""

import base64

from django.http import HttpRequest


def shown(request: HttpRequest, in_body: str) -> str:
    """Return the key a request shows, empty for none; that of the header goes before that of the body."""
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return in_body or said.strip()
    if scheme.lower() != "basic":
        return in_body
    try:
        name = base64.b64decode(said.strip(), validate=True).decode().partition(":")[0]
    except ValueError:
        return in_body
    return name or in_body
