"""Origins: the sites whose pages may send with the key of a source, as a browser names them (RFC 6454)."""

import re
from collections.abc import Sequence

from vinculo.foundation.errors import InputError

LONGEST = 250
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_PORTS = {"http": ":80", "https": ":443"}


def read(written: str) -> str:
    """Return a site as a browser names it.

    >>> read("HTTPS://Shop.Example:443/"), read("https://*.shop.example")
    ('https://shop.example', 'https://*.shop.example')

    Raises
    ------
    InputError
        It is no address of a site.
    """
    plain = written.strip().lower().rstrip("/")
    plain = plain.removesuffix(_PORTS.get(plain.partition(":")[0], "/"))
    if len(plain) > LONGEST or not _ORIGIN.fullmatch(plain):
        raise InputError("{site!r} is not a site: write one such as https://shop.example.", site=written[:LONGEST])
    return plain


def allowed(origin: str, sites: Sequence[str]) -> bool:
    """Tell whether a page may send; what names no site is no page of a browser, and may.

    >>> sites = ["https://shop.example", "https://*.shop.example"]
    >>> [allowed(each, sites) for each in ("https://shop.example", "https://a.b.shop.example", "", "null",
    ...     "https://evilshop.example", "http://shop.example")]
    [True, True, True, False, False, False]
    """
    if not origin or not sites:
        return True
    scheme, _, host = origin.lower().partition("://")
    for site in sites:
        way, _, named = site.partition("://")
        if scheme == way and (host == named or (named.startswith("*.") and host.endswith(named[1:]))):
            return True
    return False
