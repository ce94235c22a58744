"""The log of consents is only added to, says who showed what to whom, and repeats nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.make import store

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import services
from vinculo.identify.records.consents import log, selectors
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.models import ConsentChannel, ConsentEntry, ConsentPurpose, Customer, Identifier

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def customer(name: str, email: str = "") -> Customer:
    with actor.acting("ana"):
        add = [("email", email)] if email else []
        return services.customer_create(change=services.Change({"name": name}, add=add), now=NOW)


def answered(ids: list[int], action: str = "given", *, day: int = 0, channel: str = "email", **more: Any) -> int:
    with actor.acting("ana"):
        return len(
            log.consent_record(
                customer_ids=ids,
                purpose=ConsentPurpose.objects.get(code="marketing"),
                channel=ConsentChannel.objects.get(code=channel),
                action=action,
                evidence=Evidence(NOW + timedelta(days=day - 10), "web form", **more),
                now=NOW,
            )
        )


def held(ids: list[int], channel: str = "email") -> "selectors.Held":
    found = selectors.held(customer_ids=ids, now=NOW)
    return next(each for each in found if each.channel and each.channel.code == channel)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identify_consententry SET action = 'given'",
        "DELETE FROM identify_consententry",
        "SELECT set_config('vinculo.erasing', 'yes', true); DELETE FROM identify_consententry",
        "TRUNCATE identify_consententry",
    ],
)
def test_nobody_changes_what_was_said(records: store.Database, statement: str) -> None:
    answered([customer("Ana Ruiz", "ana@ruiz.es").pk])

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert ConsentEntry.objects.count() == 1


def test_a_consent_keeps_its_evidence(records: store.Database) -> None:
    one = customer("Ana Ruiz", "ana@ruiz.es")

    answered([one.pk], form="shop/3", text_shown="You may send me news.", address="ana@ruiz.es", more={"ip": "::1"})

    entry = ConsentEntry.objects.get()
    assert (entry.form, entry.text_shown, entry.address) == ("shop/3", "You may send me news.", "ana@ruiz.es")
    assert (entry.origin, entry.recorded_by, entry.evidence) == ("web form", "ana", {"ip": "::1"})
    assert (entry.happened_at, entry.recorded_at) == (NOW - timedelta(days=10), NOW)
    assert held([one.pk]).addresses == ("ana@ruiz.es",)


@pytest.mark.parametrize("evidence", [Evidence(NOW, "  "), Evidence(NOW + timedelta(seconds=1), "web")])
def test_a_consent_without_origin_or_day_is_none(records: store.Database, evidence: Evidence) -> None:
    one = customer("Ana Ruiz")

    with pytest.raises(InputError):
        log.consent_record(
            customer_ids=[one.pk],
            purpose=ConsentPurpose.objects.get(code="profiling"),
            channel=None,
            action="given",
            evidence=evidence,
            now=NOW,
        )

    assert not selectors.contactable(customer_ids=[one.pk], purpose="profiling", channel="", now=NOW)


def test_what_is_said_twice_is_written_once(records: store.Database) -> None:
    ids = [customer("Ana Ruiz", "ana@ruiz.es").pk]

    assert [
        answered(ids),
        answered(ids, day=1),
        answered(ids, "withdrawn", day=2),
        answered(ids, "withdrawn", day=3),
    ] == [
        *(1, 0),
        *(1, 0),
    ]


def test_a_merged_customer_who_withdrew_once_is_not_contactable_until_asked_anew(records: store.Database) -> None:
    one, other = customer("Ana Ruiz", "ana@ruiz.es").pk, customer("A. Ruiz", "a@ruiz.es").pk
    answered([one])
    answered([other], "withdrawn")

    merged = held([one, other])
    answered([one, other], day=5)

    assert (merged.state, merged.contactable) == ("withdrawn", False)
    assert held([one, other]).addresses == ("ana@ruiz.es",)
    assert held([other]).state == "withdrawn"


def test_a_merged_customer_withdraws_for_all_it_is(records: store.Database) -> None:
    ids = [customer("Ana Ruiz", "ana@ruiz.es").pk, customer("A. Ruiz", "a@ruiz.es").pk]
    answered([ids[0]])
    answered([ids[1]])

    answered(ids, "withdrawn", day=3)

    assert [held([each]).state for each in ids] == ["withdrawn", "withdrawn"]


def test_a_consent_belongs_to_the_id_whose_address_it_is_about(records: store.Database) -> None:
    shop, mailer = customer("Ana Ruiz").pk, customer("A. Ruiz", "a@ruiz.es").pk

    answered([shop, mailer], address="A@ruiz.es")

    entry = ConsentEntry.objects.get()
    assert (entry.customer_id, entry.covers) == (mailer, [shop])
    assert held([shop, mailer]).addresses == ("a@ruiz.es",)


def test_without_an_address_nobody_is_contactable(records: store.Database) -> None:
    one = customer("Ana Ruiz", "ana@ruiz.es").pk
    answered([one], channel="phone")

    before = held([one], "phone").contactable
    Identifier.objects.create(
        customer_id=one,
        kind="phone",
        value="+34600123456",
        normalised="34600123456",
        source=services.source_ensure(code="s"),
    )

    assert (before, held([one], "phone").contactable) == (False, True)
