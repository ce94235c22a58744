"""After an erasure a search of database, Parquet, logs and exports for the person's values finds nothing.

What was bought stays, and adds up to the same.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.db.models import Count, Sum
from tests.make import home as homes
from tests.make import imports as files
from tests.make import store

from vinculo.differentiate.records import selectors as runs
from vinculo.differentiate.records import services as run_services
from vinculo.differentiate.records import work
from vinculo.foundation import actor
from vinculo.identify.records import selectors, services
from vinculo.identify.records.consents import confirmation, log
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.matching import publishing
from vinculo.identify.records.matching import services as matchings
from vinculo.identify.records.models import (
    ConsentChannel,
    ConsentEntry,
    ConsentPurpose,
    Customer,
    Identifier,
    Order,
    OrderLine,
)
from vinculo.identify.records.rights import erasure, register
from vinculo.project import home as project_home
from vinculo.warehouse import runs as folders

NOW = datetime(2024, 7, 1, 9, 0, tzinfo=UTC)
KEY = "ZQ-7741"
VALUES = ["zoraida", "quintanilla", "berenguer", "611223344", "611 22 33 44", "12345678z", "zq-7741", "del olvido"]
CUSTOMERS = "".join(
    f"{row}\n"
    for row in (
        "Código;Nombre;Apellidos;Correo;Teléfono;NIF;Dirección;Acepta email;Fecha consentimiento;Origen consentimiento",
        f"{KEY};Zoraida;Quintanilla Berenguer;zoraida@quintanilla-berenguer.es;611 22 33 44;12345678Z;"
        "Calle del Olvido 17;sí;01/02/2024;feria",
        "C-2;Luis;Mora Gil;luis@mora-gil.es;600 11 22 33;;Calle Mayor 3;no;;",
        ";Zoraida;Quintanilla Berenguer;zoraida@quintanilla-berenguer.es;;;;sí;;",
    )
)
SAID_AGAIN = CUSTOMERS + "C-3;Eva;Sanz Pol;eva@sanz-pol.es;;;;;;\n"


def orders() -> str:
    """Return a year of a small shop; the person buys with and without a number of the order, and once unreadably."""
    lines = [files.HEADER]
    for buyer in range(60):
        for visit in range(1 + buyer % 5):
            day = date(2023, 1, 1) + timedelta(days=(buyer * 37 + visit * 61) % 540)
            lines.append(f"N{buyer}-{visit};K{buyer};{day:%d/%m/%Y};A{visit};Cosa {visit};;web;ES;1;{10 + buyer}\n")
    lines += [f"N900;{KEY};03/04/2024;A1;Cosa 1;;web;ES;2;40\n", f";{KEY};05/05/2024;A2;Cosa 2;;web;ES;1;25\n"]
    return "".join([*lines, f"N901;{KEY};99/99/2024;A1;Cosa 1;;web;ES;2;40\n"])


@pytest.fixture
def home(own_records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = homes.of(tmp_path / "home")
    monkeypatch.setattr(settings, "HOME_FOLDER", folder)
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", folder("imports"))
    with actor.acting("ana"):
        yield tmp_path / "home"


def everywhere(*, published: bool) -> Customer:
    """Bring the person in by every way there is."""
    files.bring(CUSTOMERS, name="clientes.csv", kind="customers")
    files.bring(orders())
    one = selectors.customer_find(source="shop", key=KEY)
    assert one is not None
    add, changed = [("email", "zq@berenguer.example")], {"given_name": "Zoraida María"}
    services.customer_change(customer_id=one.pk, change=services.Change(changed, add=add), now=NOW)
    marketing, phone = ConsentPurpose.objects.get(code="marketing"), ConsentChannel.objects.get(code="phone")
    evidence = Evidence(NOW, "telephone", text_shown="…", address="+34 611223344", more={"said": "Soy Zoraida"})
    log.consent_record(
        customer_ids=[one.pk], purpose=marketing, channel=phone, action="given", evidence=evidence, now=NOW
    )
    question = confirmation.Question(marketing, phone, "zoraida@quintanilla-berenguer.es", "es", "telephone")
    confirmation.confirmation_ask(customer_ids=[one.pk], question=question, now=NOW)
    confirmation.preferences_send(identifier=one.identifiers.filter(kind="email")[0], language="es")
    register.request_open(
        customer_ids=[one.pk], kind="erasure", received_on=NOW.date(), now=NOW, note="Zoraida Quintanilla called"
    )
    if published:
        chosen = {"lifetime": {"models": ["bg_nbd"], "origins": 0}, "horizon_days": 90}
        run_services.run_start(now=NOW, settings=chosen, publish=True)
        work.runs_work_off(clock=lambda: NOW)
        assert runs.run_published() is not None
        asked = matchings.matching_ask(now=NOW)
        matchings.matching_make(matching_id=asked.pk, clock=lambda: NOW)
        publishing.matching_publish(matching_id=asked.pk, now=NOW)
    return one


def totals() -> dict[str, Any]:
    lines = OrderLine.objects.filter(superseded_by=None)
    return {
        "orders": Order.objects.count(),
        **lines.aggregate(lines=Count("pk"), net=Sum("net_minor"), pieces=Sum("quantity")),
    }


def server_log() -> str:
    folder = project_home.database_folder() / "log"
    return "".join(each.read_text("utf-8", "replace") for each in folder.glob("*")).lower()


@pytest.mark.slow
def test_nothing_finds_an_erased_person_and_the_figures_stay(home: Path) -> None:
    one = everywhere(published=True)
    run = runs.run_published()
    assert run is not None
    before, value = totals(), folders.read(runs.run_folder(run=run)).table("value").to_pylist()
    found_before = {place for place, _value in homes.holding(home, VALUES)}

    shop = services.source_ensure(code="shop")
    with pytest.raises(IntegrityError):
        Identifier.objects.create(kind="source_key", value=KEY, normalised="x", customer=one, source=shop)

    done = erasure.person_erase(customer_ids=[one.pk], now=NOW)

    assert "duplicate key value" in server_log()
    assert {"identify_customer", "identify_sourcerecord", "audit_entry", "identify_consententry"} <= found_before
    assert any(place.endswith("clientes.csv") for place in found_before)
    assert any("/lines/" in place for place in found_before)
    assert any("/rows/" in place for place in found_before)
    assert any(place.startswith("warehouse") for place in found_before)
    assert any(place.startswith("matchings/") for place in found_before)
    assert homes.holding(home, VALUES) == []
    assert [value for value in VALUES if value in server_log()] == []
    assert done.left == ()
    assert totals() == before
    assert folders.read(runs.run_folder(run=run)).table("value").to_pylist() == value
    assert done.orders_kept == 2
    assert not selectors.customer_list().filter(pk=one.pk).exclude(name="").exists()
    assert selectors.customer_find(source="shop", key="C-2") is not None
    later = matchings.arrivals_make(clock=lambda: NOW)
    assert later is not None
    assert (later.counts["records"], homes.holding(home, VALUES)) == (1, [])


def test_no_undo_and_no_file_brings_an_erased_person_back(home: Path) -> None:
    one = everywhere(published=False)
    before, people = totals(), Customer.objects.count()
    erasure.person_erase(customer_ids=[one.pk], now=NOW)
    customers, sales = selectors.import_list().order_by("id")

    files.take_back(customers)
    files.take_back(sales)
    assert homes.holding(home, VALUES) == []
    again = files.bring(SAID_AGAIN, name="otra vez.csv", kind="customers")
    lines = files.bring(orders(), name="otra.csv")

    assert homes.holding(home, VALUES) == []
    assert (again.counts["new"], again.counts["erased"], lines.counts["erased"]) == (2, 1, 2)
    assert totals() == before
    assert Customer.objects.exclude(name="").count() == people
    assert not Order.objects.filter(number="N900").exclude(customer=None).exists()


def test_erasing_twice_changes_nothing_more(home: Path) -> None:
    one = everywhere(published=False)
    erasure.person_erase(customer_ids=[one.pk], now=NOW)
    before = dict(homes.everything(home))

    erasure.person_erase(customer_ids=[one.pk], now=NOW)

    changed = {place for place, text in homes.everything(home) if before.get(place) != text}
    assert changed <= {"erasures/list.jsonl", "audit_entry", "identify_customer"}


def test_what_a_household_shares_is_left_to_the_others(home: Path) -> None:
    rows = (
        "Código;Nombre;Correo;Teléfono\nA;Ana Ruiz Gil;ana@ruiz-gil.es;600 12 34 56\n"
        "B;Pau Ruiz Gil;pau@ruiz-gil.es;600 12 34 56\n"
    )
    files.bring(rows, kind="customers")
    one = Customer.objects.get(name="Ana Ruiz Gil")

    erasure.person_erase(customer_ids=[one.pk], now=NOW)
    again = files.bring(rows + "C;Eva Sanz;eva@sanz.es;\n", name="b.csv", kind="customers")

    assert again.counts["erased"] == 1
    assert Identifier.objects.get(kind="phone").customer.name == "Pau Ruiz Gil"


def test_whoever_comes_back_is_added_by_hand(home: Path) -> None:
    rows = "Código;Nombre;Correo\nA;Ana Ruiz Gil;ana@ruiz-gil.es\n"
    files.bring(rows, kind="customers")
    erasure.person_erase(customer_ids=[Customer.objects.get().pk], now=NOW)

    change = services.Change({"name": "Ana Ruiz Gil"}, add=[("email", "ana@ruiz-gil.es")])
    services.customer_create(change=change, now=NOW)
    out = files.bring(rows + "\n", name="b.csv", kind="customers")
    back = files.bring(rows.replace("\nA;", "\nA2;"), name="c.csv", kind="customers")

    assert (out.counts["erased"], out.counts["new"]) == (1, 0)
    assert ("erased" in back.counts, back.counts["new"]) == (False, 1)


def test_an_erasure_is_done_again_in_a_store_that_was_restored(home: Path) -> None:
    one = everywhere(published=False)
    other = selectors.customer_find(source="shop", key="C-2")
    assert other is not None
    told = {"home": erasure.mark(), "erased_at": NOW.isoformat(), "customer_ids": [one.pk, 999999], "digests": ["aa"]}
    line, foreign = json.dumps(told), json.dumps({**told, "home": "another", "customer_ids": [other.pk]})
    listed = home / "another.jsonl"
    listed.write_text(f"{foreign}\n{line}\n{line[:40]}", "utf-8")

    early = erasure.erasures_apply(lists=[listed], since=NOW, now=NOW)
    late = erasure.erasures_apply(lists=[listed], since=NOW - timedelta(seconds=1), now=NOW)

    assert (early, late) == (0, 1)
    assert homes.holding(home, VALUES) == []
    assert ConsentEntry.objects.filter(customer=other).exists()
    assert os.stat(home / "erasures" / "key").st_mode & 0o077 == 0
