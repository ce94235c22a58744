"""Confirmation: a consent asked for by e-mail, which counts only when its reader says so (double opt-in)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from vinculo.identify.records.consents import links, log, selectors
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.models import ConsentChannel, ConsentEntry, ConsentPurpose, ConsentRequest, Identifier

FORM = "confirmation/1"
GOOD_FOR = timedelta(days=7)
"""How long a question waits for its answer."""
GIVEN, REPEATED, EXPIRED, BAD = "given", "repeated", "expired", "bad"


@dataclass(frozen=True)
class Question:
    """What is asked of whom: a purpose, a channel, and the address the question goes to."""

    purpose: ConsentPurpose
    channel: ConsentChannel | None
    address: str
    language: str
    origin: str
    by: str = ""


def confirmation_ask(*, customer_ids: Sequence[int], question: Question, now: datetime) -> ConsentRequest:
    """Send the question; nothing is agreed to until its link is used.

    A job sends the mail once the transaction is through, and again where the mail server did not take it.
    """
    spoken = question.language if question.language in ("en", "es") else "en"
    asked = ConsentRequest.objects.create(
        customer_id=log.bearer_of(customer_ids, EMAIL, question.address),
        purpose=question.purpose,
        channel=question.channel,
        address=question.address,
        language=spoken,
        form=FORM,
        text_shown=question.purpose.text_in(spoken),
        origin=question.origin,
        requested_by=question.by,
        requested_at=now,
        expires_at=now + GOOD_FOR,
    )
    app.configure_task("identify.confirmation_send").defer(request_id=asked.pk)
    return asked


def preferences_send(*, identifier: Identifier, language: str) -> None:
    """Send the link of the preference page to an address; the job knows it by its number, which names nobody."""
    app.configure_task("identify.preferences_send").defer(identifier_id=identifier.pk, language=language)


def preferences_message(*, identifier: Identifier, language: str) -> EmailMessage:
    """Return the mail with the link of the preference page."""
    with translation.override(language):
        lines = (
            _("On this page you see what you have agreed to, and can change it:"),
            f"    {links.preferences(identifier=identifier)}",
            _("The page is yours alone: do not pass the link on."),
        )
        return EmailMessage(subject=_("What we may send you"), body="\n\n".join(lines) + "\n", to=[identifier.value])


EMAIL = ConsentChannel(code="email", identifier_kind=Identifier.Kind.EMAIL)
"""The channel by which questions are asked, whatever they are about."""


def message(asked: ConsentRequest) -> EmailMessage:
    """Return the mail that asks."""
    link = links.absolute(reverse("confirmation", args=[signing.dumps(asked.pk, salt=links.CONFIRM)]))
    with translation.override(asked.language):
        what = asked.text_shown or str(asked.purpose)
        channel = f" ({asked.channel})" if asked.channel else ""
        lines = (
            _("You are asked to agree to this:"),
            f"    {what}{channel}",
            _("If you agree, open this page and confirm:"),
            f"    {link}",
            _("If you do nothing, nothing changes. The link works once, for seven days."),
        )
        return EmailMessage(subject=_("Please confirm"), body="\n\n".join(lines) + "\n", to=[asked.address])


def confirmation_find(*, signed: str, now: datetime) -> tuple[str, ConsentRequest | None]:
    """Return how a link stands, and what it asks; `GIVEN` means that it can be given."""
    try:
        number = int(signing.loads(signed, salt=links.CONFIRM))
    except (signing.BadSignature, ValueError, TypeError):
        return BAD, None
    asked = ConsentRequest.objects.select_related("purpose", "channel").filter(pk=number).first()
    if asked is None:
        return BAD, None
    if asked.confirmed_at is not None:
        return REPEATED, asked
    return (EXPIRED if asked.expires_at < now else GIVEN), asked


def confirmation_give(*, signed: str, more: Mapping[str, Any], now: datetime) -> tuple[str, ConsentRequest | None]:
    """Write the consent down that a link confirms; a link that was used, is old or bad gives nothing."""
    with transaction.atomic():
        state, asked = confirmation_find(signed=signed, now=now)
        if state != GIVEN or asked is None:
            return state, asked
        # Two clicks at a time: the second finds it confirmed.
        used = ConsentRequest.objects.filter(pk=asked.pk, confirmed_at=None).update(confirmed_at=now)
        if not used:
            return REPEATED, asked
        evidence = Evidence(
            happened_at=now,
            origin=asked.origin or "confirmed by e-mail",
            form=asked.form,
            text_shown=asked.text_shown,
            address=asked.address,
            more={**more, "request": asked.pk, "asked_at": asked.requested_at.isoformat(), "by": asked.requested_by},
        )
        record(asked, evidence, now)
    return GIVEN, asked


def record(asked: ConsentRequest, evidence: Evidence, now: datetime) -> None:
    """Write the consent down for the customer as he is known now."""
    ids = selectors.customer_ids_of(customer_id=asked.customer_id)
    log.consent_record(
        customer_ids=[asked.customer_id, *(each for each in ids if each != asked.customer_id)],
        purpose=asked.purpose,
        channel=asked.channel,
        action=ConsentEntry.Action.GIVEN,
        evidence=evidence,
        now=now,
    )
