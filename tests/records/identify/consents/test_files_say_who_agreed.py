"""Files of customers write the log of consents, by channel; without day and origin nobody becomes contactable."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as files
from tests.make import store

from vinculo.identify.records import selectors as customers
from vinculo.identify.records.consents import log, selectors
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.models import ConsentChannel, ConsentEntry, ConsentPurpose, Import

NOW = datetime(2024, 7, 1, tzinfo=UTC)
HEAD = "Código;Nombre;Correo;Teléfono;{columns};Fecha consentimiento;Origen consentimiento\n"


@pytest.fixture(autouse=True)
def home(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def bring(columns: str, *rows: str, name: str = "a.csv") -> Import:
    lines = "".join(
        f"C{place};Ana Ruiz;ana{place}@ruiz.es;600 12 34 5{place};{row}\n" for place, row in enumerate(rows)
    )
    return files.bring(HEAD.format(columns=columns) + lines, name=name, kind="customers")


def states(key: str = "C0") -> dict[str, str]:
    found = customers.customer_find(source="shop", key=key)
    assert found is not None
    held = selectors.held(customer_ids=[found.pk], now=NOW)
    return {each.channel.code: each.state for each in held if each.channel and each.state != "silent"}


def test_each_channel_is_answered_by_its_column(records: store.Database) -> None:
    made = bring("Acepta email;Acepta SMS;Acepta llamadas", "sí;no;;31/01/2024;feria")

    assert states() == {"email": "given", "sms": "withdrawn"}
    entry = ConsentEntry.objects.get(channel__code="email")
    assert (entry.happened_at, entry.origin, entry.address) == (
        datetime(2024, 1, 31, tzinfo=UTC),
        "Feria",
        "ana0@ruiz.es",
    )
    assert (entry.imported_id, entry.source_id, entry.evidence) == (made.pk, made.source_id, {"row": 2})
    assert entry.recorded_by == "ana"
    assert (made.counts["consents"], made.counts["not_contactable"]) == (2, 0)


@pytest.mark.parametrize(
    "row",
    ["sí;;feria", "sí;31/01/2024;", "sí;31/01/2099;feria", "quizá;31/01/2024;feria"],
    ids=["no day", "no origin", "a day ahead", "no answer"],
)
def test_without_day_or_origin_nobody_is_contactable(records: store.Database, row: str) -> None:
    bring("Acepta email", row)

    assert states() == {}
    assert ConsentEntry.objects.count() == 0


def test_a_yes_that_names_no_channel_is_one_to_mail_and_a_no_one_to_all(records: store.Database) -> None:
    bring("Acepta publicidad", "sí;31/01/2024;feria", "no;;")

    assert states("C0") == {"email": "given"}
    assert states("C1") == dict.fromkeys(("email", "phone", "post", "sms"), "withdrawn")


def test_an_older_yes_wakes_nothing_up_and_a_repeated_file_says_nothing(records: store.Database) -> None:
    bring("Acepta email", "sí;31/01/2024;feria")
    found = customers.customer_find(source="shop", key="C0")
    assert found is not None
    log.consent_record(
        customer_ids=[found.pk],
        purpose=ConsentPurpose.objects.get(code="marketing"),
        channel=ConsentChannel.objects.get(code="email"),
        action="withdrawn",
        evidence=Evidence(datetime(2024, 3, 1, tzinfo=UTC), "telephone"),
        now=NOW,
    )

    same = bring("Acepta email", "sí;31/01/2024;feria", "sí;31/01/2024;feria", name="b.csv")
    older = bring("Acepta email", "sí;01/02/2024;web", name="c.csv")

    assert states() == {"email": "withdrawn"}
    assert (same.counts["consents"], older.counts["consents"]) == (1, 1)


def test_a_file_that_is_taken_back_takes_its_consents_out_of_force_and_leaves_what_was_refused(
    records: store.Database,
) -> None:
    files.bring("Código;Nombre\nC0;Ana Ruiz\n", name="first.csv", kind="customers")
    made = bring("Acepta email;Acepta SMS", "sí;no;31/01/2024;feria")

    files.take_back(made)

    assert states() == {"sms": "withdrawn"}
    assert ConsentEntry.objects.count() == 2
