"""Jobs of the portal: its mails go out, and what is over is forgotten."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vinculo.programs.records.portal import letters, paces, sessions, signin

QUEUE, SIGN_IN = "portal", "signin"
"""Somebody waits for what is in the second: the worker keeps a place free for it."""
AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3)
"""How often a mail is tried: as long as what it says is good."""


@app.task(name="programs.signin_send", queue=SIGN_IN, retry=AGAIN)
def signin_send(ask_id: int) -> None:
    """Send the mail somebody asked for, if the address is a customer's."""
    letter = letters.letter_write(ask_id=ask_id, now=timezone.now())
    if letter is not None:
        letter.send()


@app.periodic(cron="7 * * * *")
@app.task(name="programs.portal_clear", queue=QUEUE, queueing_lock="programs.portal_clear")
def portal_clear(timestamp: int) -> None:
    """Forget, every hour, mails and sessions that are over."""
    for each in (signin, sessions, paces):
        each.clear(now=timezone.now())
