"""Security: what a browser is told never to do with a page of the platform, and from where a request comes."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Alpine, which moves the menus of the shell, evaluates the expressions in its attributes.
        "script-src 'self' 'unsafe-eval'",
        # Charts are SVG with the styles of their marks inside.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=()"


class PolicyMiddleware:
    """Adds the content security policy to every answer that does not bring a stricter one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the policy."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class CallerMiddleware:
    """Says from which address a request comes where proxies stand before the site: limits on wrong codes go by it.

    Each proxy adds at the end of `X-Forwarded-For` who called it, so only the last entries, one a proxy of ours, were
    not written by the caller. Without proxies the header is not looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as that of its caller."""
        said = caller(request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXIES)
        if said:
            request.META["REMOTE_ADDR"] = said
        return self.get_response(request)


def caller(forwarded: str, proxies: int) -> str:
    """Return the address that the outermost of so many proxies was called from; nothing where they do not say it."""
    entries = forwarded.split(",")
    return address(entries[-proxies]) if 0 < proxies <= len(entries) else ""


def address(entry: str) -> str:
    """Return an entry as an address, without its port; nothing for what is none."""
    text = entry.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    return str(found.ipv4_mapped or found) if isinstance(found, IPv6Address) else str(found)
