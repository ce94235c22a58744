"""Sign-in: a mail with a code and a link goes to whoever reads an address, and lets in once.

Whether an address is a customer's is looked up by a job: the page that is asked does the same for every address, in the
same time. The same holds for codes: a mail that was never sent is looked up and compared like any other.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from vinculo.programs.portal import codes, pacing
from vinculo.programs.records.models import SignInAsk
from vinculo.programs.records.portal import joining, paces, people, secret, sessions

KEPT = timedelta(hours=1)
SOON = 100
"""Priority of the mail: somebody waits for it."""
_NOTHING = bytes(32)


@dataclass(frozen=True)
class Wish:
    """What somebody says who wants in: an address, and who brought him and his name if he wants to join."""

    address: str
    language: str
    network: str
    brought_by: str = ""
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """What is answered to a wish: what the browser keeps, or how many seconds to wait."""

    handle: str = ""
    wait_seconds: int = 0


@dataclass(frozen=True)
class Entry:
    """What became of a code or link: the key of a session, or nothing and how many seconds to wait."""

    key: str = ""
    wait_seconds: int = 0


def signin_ask(wish: Wish, *, now: datetime) -> Asked:
    """Take an address; a job sends the mail if there is somebody to send it to."""
    known = people.written(wish.address)
    address, network = paces.subject("letters", known), paces.subject("asking", wish.network)
    if wait := paces.charge({address: pacing.LETTERS, network: pacing.NETWORK}, now=now):
        return Asked(wait_seconds=wait)
    handle = secrets.token_urlsafe(24)
    asked = SignInAsk.objects.create(
        handle_digest=secret.digest("handle", handle),
        address=wish.address,
        holder=paces.subject("address", known),
        language=wish.language,
        brought_by=wish.brought_by,
        name=wish.name,
        asked_at=now,
        expires_at=now + codes.GOOD_FOR,
    )
    app.configure_task("programs.signin_send", priority=SOON).defer(ask_id=asked.pk)
    return Asked(handle)


def signin_with_code(*, handle: str, code: str, network: str, now: datetime) -> Entry:
    """Let in whoever gives the code of the mail that this browser asked for."""
    handled = secret.digest("handle", handle)
    found = SignInAsk.objects.filter(handle_digest=handled).first()
    mine = (paces.subject("browser", handle), f"codes:{found.holder if found else paces.subject('address', handle)}")
    charged = {mine[0]: pacing.CODES, mine[1]: pacing.CODES, paces.subject("codes", network): pacing.NETWORK}
    if wait := paces.charge(charged, now=now):
        return Entry(wait_seconds=wait)
    given = secret.digest("code", handled.hex(), codes.read(code))
    kept = bytes(found.code_digest or _NOTHING) if found else _NOTHING
    if not hmac.compare_digest(given, kept) or found is None:
        return Entry()
    key = enter(found, now=now)
    if key:
        paces.forgive(mine)
    return Entry(key)


def signin_with_link(*, signed: str, now: datetime) -> Entry:
    """Let in whoever follows the link of a mail; it has more symbols than anybody can try, so it is not paced."""
    found = SignInAsk.objects.filter(link_digest=secret.digest("link", signed)).first()
    return Entry(enter(found, now=now) if found else "")


def signin_waits(*, signed: str, now: datetime) -> bool:
    """Tell whether a link is good still; looking at it does not use it up, as programs that look at mails do."""
    waiting = SignInAsk.objects.filter(used_at=None, expires_at__gt=now)
    return waiting.filter(link_digest=secret.digest("link", signed)).exists()


def enter(asked: SignInAsk, *, now: datetime) -> str:
    """Use up a mail, code and link at once, and open a session; return nothing when it was used or is too old."""
    mine = SignInAsk.objects.filter(pk=asked.pk, used_at=None, expires_at__gt=now)
    if not mine.update(used_at=now):
        return ""
    # What the address stands for may have changed since: merged, erased, joined.
    choices = people.choices_of(asked.address) or joining.stranger(asked, now=now)
    SignInAsk.objects.filter(pk=asked.pk).update(address="", name="")
    return sessions.session_open(choices=choices, brought_by=asked.brought_by, now=now) if choices else ""


def clear(*, now: datetime) -> None:
    """Forget mails that nobody can use any more, and the addresses they went to."""
    SignInAsk.objects.filter(asked_at__lt=now - KEPT).delete()
