"""Integrations: programs that call the API with a token, and one that is told by webhooks."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from django.test import Client

from vinculo.exchange import scopes
from vinculo.exchange.records import tokens
from vinculo.exchange.records.models import Token
from vinculo.identify.records.senders import pace

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
EVERYTHING = tuple(scope.code for scope in scopes.SCOPES)


class Program:
    """A program that calls the API under one token."""

    def __init__(self, *allowed: str, name: str = "shop", integration: str = "Shop", per_minute: int = 100_000) -> None:
        pace.forget()
        self.token: Token
        self.token, self.text = tokens.token_create(
            name=name,
            integration=integration,
            scopes=allowed or EVERYTHING,
            now=datetime.now(tz=UTC),
            per_minute=per_minute,
        )
        self.client = Client(raise_request_exception=True)

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = "", **headers: str) -> Any:
        """Call an address; with a key of its own unless told one, or told none."""
        sent = {"Authorization": f"Bearer {self.text}", **headers}
        if method not in ("GET", "HEAD") and key is not None:
            sent["Idempotency-Key"] = key or uuid.uuid4().hex
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        content_type = sent.pop("Content-Type", "application/json")
        return self.client.generic(method, f"/api/v1{path}", data, content_type, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = "", **headers: str) -> Any:
        """Add."""
        return self.call("POST", path, body, key=key, **headers)


@dataclass
class Got:
    """One webhook as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def uid(self) -> str:
        """Return its name."""
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """A receiver of webhooks that answers as it is told: by a status with headers, or by not answering at all."""

    address: str = ""
    got: list[Got] = field(default_factory=list)
    answers: Callable[[Got], tuple[int, dict[str, str]] | None] = lambda _got: (204, {})
    lock: Lock = field(default_factory=Lock)
    stopping: Event = field(default_factory=Event)

    @property
    def uids(self) -> list[str]:
        """Return the names of what came."""
        return [each.uid for each in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Receive webhooks on a port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got({name.lower(): value for name, value in self.headers.items()}, body)
            with receiver.lock:
                receiver.got.append(got)
                answer = receiver.answers(got)
            if answer is None:
                receiver.stopping.wait()
                return
            self.send_response(answer[0])
            for name, value in {"Content-Length": "0", **answer[1]}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep still."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        receiver.address = f"http://127.0.0.1:{server.server_port}/hook"
        try:
            yield receiver
        finally:
            receiver.stopping.set()
            server.shutdown()
            thread.join()
