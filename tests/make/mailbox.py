"""A mail server on this machine that keeps what it is given, and the site sending through it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.test import override_settings
from tests.make import platform


class Mailbox:
    """Takes every message."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.arrived = threading.Event()

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        """Keep a message."""
        content: Any = envelope.content
        self.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        self.arrived.set()
        return "250 kept"


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """Run a mail server and have Django send through it."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=platform.free_port())
    controller.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=controller.port,
        ):
            yield mailbox
    finally:
        controller.stop()
