"""Data quality: worst first, every figure opens its customers, thresholds, owners, held files, the badge."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests.make import imports as files
from tests.make import staff, store

from vinculo.identify.records.models import FieldOwner, Identifier, Import, Measurement, Threshold
from vinculo.identify.records.quality import measuring, standards
from vinculo.identify.records.selectors_hand import fields_of
from vinculo.identify.records.services import imports

BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE = """Número;Nombre completo;Correo;Teléfono
C-1;María García Pérez;maria@gmial.com;600123456
C-2;Luis Mora Gil;luis@mora.es;600123457
C-3;Eva Sanz;;600123458
"""


@pytest.fixture(autouse=True)
def base(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def measured() -> int:
    """Bring three customers in and measure them, yesterday too; return the number of their source."""
    made = files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")
    measuring.measure(now=files.NOW + timedelta(days=1))
    Measurement.objects.filter(field="email").update(sound=2)
    measuring.measure(now=files.NOW + timedelta(days=2))
    return made.source_id


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    return client


def test_an_empty_base_says_what_will_be_there() -> None:
    manager = signed_in("relationship_manager")
    before = manager.get("/quality/").content.decode()
    measuring.measure(now=timezone.now())

    page = manager.get("/quality/").content.decode()
    field = manager.get("/quality/0/email/").content.decode()

    assert "Nothing has been measured yet" in before
    assert "There are no customers yet" in page
    assert "Of 0 customers" in field
    assert manager.get("/quality/0/who/email/").status_code == 404
    assert manager.get("/quality/77/email/").status_code == 404
    assert manager.get("/quality/0/nothing/").status_code == 404


def test_every_figure_opens_its_customers_and_says_why() -> None:
    source = measured()
    manager, analyst = signed_in("relationship_manager"), signed_in("analyst")

    page = manager.get(f"/quality/?source={source}").content.decode()
    field = manager.get(f"/quality/{source}/email/").content.decode()
    invalid = manager.get(f"/quality/{source}/email/who/valid/").content.decode()
    guessed = manager.get(f"/quality/{source}/name/who/guessed/").content.decode()
    masked = analyst.get(f"/quality/{source}/email/who/typo/").content.decode()

    assert f'href="/quality/{source}/email/who/valid/" title="1 fail">50%<' in page
    assert page.index(">Language</a>") < page.index(">Phone</a>")
    assert "Of 3 customers, 1 have nothing wrong with it: 33%." in field
    assert field.count('<a href="?day=') == 2
    assert f'<a href="/quality/{source}/email/who/typo/" aria-label="at a misspelt provider: 1">' in field
    assert "maria@gmial.com" in invalid
    assert "Did you mean maria@gmail.com?" in invalid
    assert "luis@mora.es" not in invalid
    assert "María · García · Pérez" in guessed
    assert "Customer C-1" in masked
    assert "m•••@•••.com" in masked
    for hidden in ("María", "gmial", "Correct"):
        assert hidden not in masked


def test_owners_and_thresholds_are_kept_and_exports_hold_the_page() -> None:
    source = measured()
    manager = signed_in("relationship_manager")
    where = f"/quality/{source}/email/"

    manager.post(f"{where}threshold/", {"measure": "valid", "percent": "80", "effect": "stop"})
    manager.post(f"{where}owner/", {"owner": str(staff.User.objects.get().pk)})
    wrong = manager.post(f"{where}threshold/", {"measure": "valid", "percent": "many"})
    page = manager.get("/quality/").content.decode()
    text = b"".join(manager.get("/quality/export.csv").streaming_content).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(b"".join(manager.get("/quality/export.xlsx").streaming_content)))
    manager.post(f"{where}threshold/", {"measure": "valid", "percent": ""})
    fresh = manager.get(where).content.decode()
    manager.post(f"{where}shelf-life/", {"days": "30"})
    set_here = manager.get(where).content.decode()
    measuring.measure(now=files.NOW + timedelta(days=31))
    measured_anew = manager.get(where).content.decode()
    people = manager.get(f"{where}who/fresh/").content.decode()
    manager.post(f"{where}shelf-life/", {"days": "0"})
    never = manager.get(where).content.decode()
    refused = manager.post(f"{where}shelf-life/", {"days": "soon"})

    assert wrong.status_code == 400
    assert "Among e-mails, 50% are not valid; at most 20% allowed." in page
    first, second = list(csv.DictReader(io.StringIO(text)))[:2]
    assert (first["Source"], first["Field"], first["Owner"]) == ("shop", "E-mail", "relationship_manager")
    assert (first["Valid"], first["Valid: failing"], first["Score"]) == ("0.5", "1", "0.3333")
    assert first["Thresholds that are not met"].startswith("Among e-mails, 50%")
    assert float(second["Score"]) == 0.0
    assert book.active is not None
    assert [cell.value for cell in book.active[2]][2:6] == ["E-mail", 3, 2, 0.3333]
    assert "Its shelf life is 365 days." in fresh
    assert "Its shelf life is 30 days." in set_here
    assert 'name="days" min="0" max="36500" value="30" placeholder="365"' in set_here
    assert f"/quality/{source}/email/who/old/" in measured_anew
    assert "luis@mora.es" in people
    assert "since 1 July 2024" in people
    assert refused.status_code == 400
    assert "It never goes stale." in never
    assert first["Shelf life in days"] == "365"
    assert Threshold.objects.count() == 0
    assert FieldOwner.objects.get().owner.get_username() == "relationship_manager"


@pytest.mark.parametrize(("role", "shown"), [("team_lead", False), ("relationship_manager", True)])
def test_thresholds_are_set_by_those_who_may(role: str, *, shown: bool) -> None:
    measured()
    client = signed_in(role)

    page = client.get("/quality/0/record/").content.decode()
    answer = client.post("/quality/0/key/threshold/", {"measure": "complete", "percent": "95", "effect": "stop"})

    assert ("Rows of files with a customer number, at least %" in page) == shown
    assert answer.status_code == (302 if shown else 403)
    assert Threshold.objects.exists() == shown


def test_a_file_that_is_held_back_is_explained_and_let_in_for_a_reason() -> None:
    standards.threshold_set(source=None, field="email", measure="valid", least=0.8, effect="stop")
    made = files.opened(PEOPLE, name="a.csv", kind="customers", country="ES")
    imports.import_preview(import_id=made.pk, now=timezone.now())
    with pytest.raises(Exception, match="held back"):
        imports.import_run(import_id=made.pk, now=timezone.now())
    manager, analyst = signed_in("relationship_manager"), signed_in("analyst")

    page = manager.get(f"/imports/{made.pk}/").content.decode()
    spanish = Client(headers={"accept-language": "es"})
    spanish.force_login(staff.user("relationship_manager", name="eva", language="es"), backend=BACKEND)
    in_spanish = spanish.get(f"/imports/{made.pk}/").content.decode()
    other = analyst.get(f"/imports/{made.pk}/").content.decode()
    refused = analyst.post(f"/imports/{made.pk}/admit/", {"reason": "because"})
    manager.post(f"/imports/{made.pk}/admit/", {"reason": "The old shop never asked."})

    assert "The file is held back. Among e-mails, 50% are not valid; at most 20% allowed." in page
    assert "Let it in" in page
    assert "Bring it in" not in page
    assert "El archivo queda retenido. Entre los correos electrónicos, el 50\xa0% no es válido" in in_spanish
    assert "Let it in" not in other
    assert refused.status_code == 403
    admitted = Import.objects.get(pk=made.pk)
    assert (admitted.state, admitted.job_id is not None) == ("previewed", True)
    assert admitted.options["admitted"]["reason"] == "The old shop never asked."
    assert imports.import_run(import_id=made.pk, now=timezone.now()).state == "done"
    done = manager.get(f"/imports/{made.pk}/").content.decode()
    assert "relationship_manager let it in" in done
    assert "The old shop never asked." in done


def test_the_badge_says_what_is_doubtful_and_follows_what_is_put_right() -> None:
    files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")
    maria = Identifier.objects.get(value="C-1").customer
    agent = signed_in("agent")
    before = agent.get(f"/customers/{maria.pk}/").content.decode()
    typo = Identifier.objects.get(value="maria@gmial.com")
    held = {name: value for name, value in fields_of(maria).items() if name != "name"}
    form = {**held, **{f"initial-{name}": value for name, value in fields_of(maria).items()}}
    form |= {"family_name": "García Ruiz", "remove": str(typo.pk)}

    asked = agent.post(f"/customers/{maria.pk}/change/", {**form, "email": "maria@gmial.com"}).content.decode()
    agent.post(f"/customers/{maria.pk}/change/", {**form, "email": "maria@gmail.com"})
    after = agent.get(f"/customers/{maria.pk}/").content.decode()

    assert "Data in doubt" in before
    for reason in (
        "E-mail: at a misspelt provider",
        "Name: split by guessing",
        "Missing: Tax number",
        "never confirmed",
    ):
        assert reason in before
    assert f'href="/customers/{maria.pk}/change/">Correct it<' in before
    assert "Did you mean maria@gmail.com?" in asked
    # What the hand wrote is fresh; the phone was last said by the file, two years and more ago.
    assert "Data not fresh" in after
    assert "Phone: not fresh since 1 June 2026" in after
    assert "E-mail: not fresh" not in after
    assert "Whole record: not fresh" not in after
    assert "misspelt" not in after
