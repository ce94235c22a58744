"""Destinations: where a webhook may go. Never to this machine or its network, unless a setting allows it.

Whoever may enter an address could otherwise have the platform call what only the platform can reach. So the name is
looked up once, every address it has is judged, and the call goes to the address that was judged (`calls`): a name that
says something else a moment later is not asked again.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from vinculo.foundation.errors import InputError

LONGEST = 2000
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class DestinationError(InputError):
    """It is no address that a webhook may go to."""

    code = "webhook.destination"


@dataclass(frozen=True)
class Destination:
    """Where a call goes: the name that is asked for, and the path on it."""

    secure: bool
    host: str
    port: int
    path: str


def read(url: str, *, local: bool = False) -> Destination:
    """Return where an address leads; `local` allows plain HTTP and the machines of this network.

    >>> read("https://shop.example/hook?a=1").path
    '/hook?a=1'

    Raises
    ------
    DestinationError
        It is not an https address, carries a password or a fragment, or names a machine of this network.
    """
    if len(url) > LONGEST or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        raise DestinationError("An address is at most {longest} characters, without spaces.", longest=LONGEST)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise DestinationError("This is not an address: write one such as https://shop.example/hook.") from None
    if parts.scheme not in (("https", "http") if local else ("https",)) or not host:
        raise DestinationError("This is not an address: write one such as https://shop.example/hook.")
    if "@" in parts.netloc or parts.fragment:
        raise DestinationError("An address carries no password and no fragment: webhooks are signed.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = Destination(secure, ascii_of(host), port or (443 if secure else 80), path_of(path))
    literal = address_of(found.host)
    if not local and ((literal is not None and not public(literal)) or named_local(found.host)):
        raise DestinationError("{host} is on this machine or its own network: webhooks do not go there.", host=host)
    return found


def ascii_of(host: str) -> str:
    """Return a name as the network writes it."""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise DestinationError("This is not an address: write one such as https://shop.example/hook.") from None


def path_of(path: str) -> str:
    """Return a path as a request may carry it."""
    if not path.isascii():
        raise DestinationError("Letters outside ASCII in a path are to be written as %C3%B1 and the like.")
    return path


def named_local(host: str) -> bool:
    """Tell whether a name says by itself that it is of this machine or network."""
    last = host.rstrip(".").lower().rpartition(".")[2]
    return last in ("localhost", "local", "internal", "lan", "home", "arpa")


def address_of(host: str) -> Address | None:
    """Return the address that a name already is, or nothing."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def public(address: Address) -> bool:
    """Tell whether an address is one of the open network, and so is whatever is wrapped in it.

    >>> [public(ipaddress.ip_address(each)) for each in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "::1")]
    [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inside = [each for each in wrapped if each is not None]
        if inside:
            return all(public(each) for each in inside)
    return address.is_global and not address.is_multicast and not address.is_reserved


def looked_up(destination: Destination, *, local: bool = False) -> str:
    """Return the address to call; a name that leads anywhere into this network is not called at all.

    Raises
    ------
    DestinationError
        Nobody knows the name, or one of its addresses is not public.
    """
    try:
        rows = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DestinationError("Nobody knows where {host} is.", host=destination.host) from None
    found = [str(row[4][0]) for row in rows]
    judged = [address_of(each) for each in found]
    if not local and not all(each is not None and public(each) for each in judged):
        raise DestinationError(
            "{host} is on this machine or its own network: webhooks do not go there.", host=destination.host
        )
    return found[0]
