"""What is older than a rule allows goes, no more than that, and undoing still works."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from tests.make import home as homes
from tests.make import imports as files
from tests.make import store

from vinculo.foundation import actor
from vinculo.identify.records import selectors, services
from vinculo.identify.records.consents import confirmation
from vinculo.identify.records.models import ConsentPurpose, ConsentRequest, Customer, OrderLine, RightsRequest, Source
from vinculo.identify.records.rights import register, retention, rules
from vinculo.project.audit.models import AuditEntry

NOW = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
PROSPECTS = "Código;Nombre;Situación\nP1;Ana Ruiz Gil;Potencial\nP2;Pau Puig Mas;Potencial\nP3;Eva Sanz Pol;Cliente\n"


@pytest.fixture(autouse=True)
def home(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME_FOLDER", homes.of(tmp_path))
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def applied(code: str, months: int, *, now: datetime = NOW) -> int:
    with actor.acting("ana"):
        retention.rule_set(code=code, months=months, active=True)
        (done,) = retention.rules_apply(now=now)
    return done.count


@pytest.mark.parametrize(
    ("moment", "months", "before"), [("2026-03-31", 13, "2025-02-28"), ("2026-01-15", 1, "2025-12-15")]
)
def test_months_are_those_of_the_calendar(moment: str, months: int, before: str) -> None:
    assert rules.months_before(datetime.fromisoformat(moment), months) == datetime.fromisoformat(before)


def test_only_prospects_of_whom_nothing_was_heard_are_erased(records: store.Database) -> None:
    files.bring(PROSPECTS, kind="customers")
    heard = selectors.customer_find(source="shop", key="P2")
    assert heard is not None
    services.customer_change(
        customer_id=heard.pk, change=services.Change({"given_name": "Pol"}), now=NOW - timedelta(days=30)
    )

    assert (applied("prospects", 12), applied("prospects", 12)) == (1, 0)
    assert sorted(Customer.objects.exclude(name="").values_list("name", flat=True)) == ["Eva Sanz Pol", "Pol Puig Mas"]


def test_an_import_whose_file_has_gone_can_still_be_undone(records: store.Database, tmp_path: Path) -> None:
    row = "N1;C1;03/04/2024;A1;Cosa;;web;ES;1;40\n"
    made = files.bring(f"{files.HEADER}{row}N2;C1;99/99/2024;A1;Cosa;;web;ES;1;40\n")
    before = [each.name for each in sorted((tmp_path / "imports" / str(made.pk)).iterdir())]

    removed = applied("originals", 12)
    after = [each.name for each in (tmp_path / "imports" / str(made.pk)).iterdir()]
    files.take_back(made)

    assert removed == 1
    assert {"original", "rows", "issues", "preview.json", "lines"} <= set(before)
    assert after == ["lines"]
    assert not OrderLine.objects.exists()


def test_unanswered_questions_and_closed_requests_go_and_what_holds_stays(records: store.Database) -> None:
    files.bring(PROSPECTS, kind="customers")
    one, early = Customer.objects.order_by("id")[0], NOW - timedelta(days=500)
    question = confirmation.Question(ConsentPurpose.objects.get(code="sharing"), None, "a@b.example", "en", "shop")
    confirmation.confirmation_ask(customer_ids=[one.pk], question=question, now=early)
    confirmation.confirmation_ask(customer_ids=[one.pk], question=question, now=NOW)
    for kind in ("access", "restriction", "rectification"):
        made = register.request_open(customer_ids=[one.pk], kind=kind, received_on=early.date(), now=early)
        if kind != "rectification":
            register.request_close(request_id=made.pk, done=True, answer="", now=early)

    assert applied("questions", 12) == 1
    retention.rule_set(code="questions", months=None, active=False)
    assert applied("requests", 12) == 1
    assert ConsentRequest.objects.count() == 1
    assert sorted(RightsRequest.objects.values_list("kind", flat=True)) == ["rectification", "restriction"]


def test_the_trail_of_a_year_is_kept_whoever_asks(records: store.Database) -> None:
    Source.objects.create(code="x", name="X")

    assert applied("audit", 12, now=datetime.now(UTC)) == 0
    for months, ahead in ((12, 400), (13, 60)):
        with pytest.raises(DatabaseError), transaction.atomic():
            applied("audit", months, now=datetime.now(UTC) + timedelta(days=ahead))

    assert AuditEntry.objects.filter(table_name="identify_source").exists()


@pytest.mark.parametrize("table", ["identify_consententry", "identify_sourcerecord", "audit_entry"])
def test_the_application_cannot_do_by_itself_what_an_erasure_does(records: store.Database, table: str) -> None:
    files.bring(PROSPECTS, kind="customers")

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinculo.erasing', 'yes', true)")
        cursor.execute(f"SELECT count(*) FROM {table}")
        before = cursor.fetchone()
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"SELECT count(*) FROM {table}")

        assert cursor.fetchone() == before
