"""Log: what customers agree to and take back, written down with its evidence and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify import folding
from vinculo.identify.consents import standing
from vinculo.identify.records import facts
from vinculo.identify.records.consents import selectors
from vinculo.identify.records.models import (
    ConsentChannel,
    ConsentEntry,
    ConsentPurpose,
    Customer,
    Identifier,
    Import,
    Source,
)


@dataclass(frozen=True)
class Evidence:
    """What shows that an answer was given: when, where, on which form, after which words, from which address."""

    happened_at: datetime
    origin: str
    form: str = ""
    text_shown: str = ""
    address: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    expires_on: date | None = None
    source: Source | None = None
    imported: Import | None = None


def consent_record(
    *,
    customer_ids: Sequence[int],
    purpose: ConsentPurpose,
    channel: ConsentChannel | None,
    action: str,
    evidence: Evidence,
    now: datetime,
) -> list[ConsentEntry]:
    """Write an answer of a customer down; return the new entries, none when it says nothing new.

    A withdrawal is written for every id of the customer, so that it outlives an unmerge; a consent for the one that
    bears the address, speaking for the others as long as they are one.

    Raises
    ------
    InputError
        The answer has no origin, or a day that has not come.
    """
    if not evidence.origin.strip():
        raise InputError("A consent without its origin is none: say where it was given.")
    if evidence.happened_at > now:
        raise InputError("The day of a consent cannot lie ahead.")
    assert purpose.by_channel == (channel is not None), "a purpose is answered by channel, or as a whole"
    ids = list(dict.fromkeys(customer_ids))
    with transaction.atomic():
        list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
        topic = (purpose.code, channel.code if channel else "")
        given = selectors.answers_of(customer_ids=ids)
        if action == ConsentEntry.Action.GIVEN:
            bearer = bearer_of(ids, channel, evidence.address)
            whose = {bearer: [each for each in ids if each != bearer]}
            found = standing.standings(given, customer_ids=ids, now=now).get(topic)
            if found and bearer in found.reached and found.answer and found.answer.expires_on == evidence.expires_on:
                return []
        else:
            alone = {each: standing.standings(given, customer_ids=[each], now=now).get(topic) for each in ids}
            whose = {each: [] for each, found in alone.items() if found is None or found.state != action}
        made = [
            ConsentEntry.objects.create(
                customer_id=each,
                covers=covers,
                purpose=purpose,
                channel=channel,
                action=action,
                happened_at=evidence.happened_at,
                expires_on=evidence.expires_on,
                origin=evidence.origin.strip(),
                form=evidence.form,
                text_shown=evidence.text_shown,
                address=evidence.address,
                evidence=dict(evidence.more),
                source=evidence.source,
                imported=evidence.imported,
                recorded_by=actor.current().name,
                recorded_at=now,
            )
            for each, covers in whose.items()
        ]
        announce(made, topic)
    return made


def announce(made: Sequence[ConsentEntry], topic: standing.Topic) -> None:
    """Say to whoever follows what was agreed to or taken back."""
    signals = {
        ConsentEntry.Action.GIVEN: facts.consent_given,
        ConsentEntry.Action.WITHDRAWN: facts.consent_withdrawn,
    }
    for entry in made:
        signal = signals.get(ConsentEntry.Action(entry.action))
        if signal is not None:
            signal.send(
                sender=ConsentEntry,
                consent_id=entry.pk,
                customer_id=entry.customer_id,
                purpose=topic[0],
                channel=topic[1],
            )


def bearer_of(customer_ids: Sequence[int], channel: ConsentChannel | None, address: str) -> int:
    """Return the id, of those of one customer, that bears the address of a consent, or any of its channel."""
    kind = channel.identifier_kind if channel else ""
    borne = Identifier.objects.filter(customer_id__in=list(customer_ids), kind=kind).order_by("id")
    exact = borne.filter(normalised=folding.identifier(kind, address)).first() if kind and address else None
    found = exact or (borne.first() if kind else None)
    return found.customer_id if found else customer_ids[0]


def consents_withdraw_all(
    *, customer_ids: Sequence[int], evidence: Evidence, now: datetime, purpose: str = ""
) -> list[ConsentEntry]:
    """Withdraw everything a customer could have agreed to, or all of one purpose."""
    return [
        entry
        for each, channel in selectors.topics(every=True)
        if not purpose or each.code == purpose
        for entry in consent_record(
            customer_ids=customer_ids,
            purpose=each,
            channel=channel,
            action=ConsentEntry.Action.WITHDRAWN,
            evidence=evidence,
            now=now,
        )
    ]
