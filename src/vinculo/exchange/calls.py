"""Calls: one POST to an endpoint, to the address that was judged, no longer than a moment, and never anywhere else."""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from vinculo.exchange import destinations
from vinculo.exchange.destinations import Destination, DestinationError

SECONDS = 15.0
"""What an endpoint may take in all, from the first packet to the last: it should answer first and work later."""
LATE = "no answer in time"
READ_BYTES = 2048
"""What is read of an answer."""


@dataclass(frozen=True)
class Answer:
    """What became of a call: a status, or why there is none."""

    status: int = 0
    retry_after: str = ""
    problem: str = ""
    took_ms: int = 0

    @property
    def taken(self) -> bool:
        """Tell whether the endpoint has it."""
        return 200 <= self.status < 300


class Pinned(HTTPConnection):
    """A connection to a judged address that asks for a name; a redirect is an answer, not somewhere to go."""

    def __init__(self, destination: Destination, address: str, *, seconds: float) -> None:
        super().__init__(destination.host, destination.port, timeout=seconds)
        self.destination, self.address = destination, address
        self.late = False

    def connect(self) -> None:
        """Connect to the address; behind https the name must be the one on the certificate."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.destination.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.destination.host)

    def cut(self) -> None:
        """End it now, whatever is on its way: its time is over."""
        self.late = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, *, body: bytes, headers: Mapping[str, str], local: bool = False, seconds: float = SECONDS) -> Answer:
    """Send a body to an address and return what became of it; it never raises for what the other side does."""
    begun = time.monotonic()
    try:
        destination = destinations.read(url, local=local)
        connection = Pinned(destination, destinations.looked_up(destination, local=local), seconds=seconds)
    except DestinationError as error:
        return Answer(problem=error.sentence, took_ms=since(begun))
    # A timeout of the socket begins anew with every byte: an endpoint that drips would hold us for ever.
    watchdog = threading.Timer(seconds, connection.cut)
    watchdog.start()
    try:
        connection.request("POST", destination.path, body=body, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        with suppress(OSError, HTTPException):
            answer.read(READ_BYTES)
        if not connection.late:
            return Answer(answer.status, answer.headers.get("Retry-After", ""), "", since(begun))
        return Answer(problem=LATE, took_ms=since(begun))
    except (OSError, HTTPException, ValueError) as error:
        late = connection.late or isinstance(error, TimeoutError)
        return Answer(problem=LATE if late else type(error).__name__, took_ms=since(begun))
    finally:
        watchdog.cancel()
        connection.close()


def since(begun: float) -> int:
    """Return the milliseconds since a moment."""
    return int((time.monotonic() - begun) * 1000)
