"""Quality is measured of every source and the whole base, and files that break a threshold are held back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as files
from tests.make import proposals, served

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.quality import freshness
from vinculo.identify.quality.faults import FAULTS
from vinculo.identify.records import services
from vinculo.identify.records.matching import publishing, review
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.membership.selectors import members_by
from vinculo.identify.records.models import (
    Candidate,
    ConsentPurpose,
    ConsentRequest,
    Customer,
    Finding,
    Identifier,
    Import,
    Measurement,
    Source,
)
from vinculo.identify.records.quality import admission, ages, estimating, measuring, selectors, standards, units
from vinculo.identify.records.relations.services import Details, relation_add
from vinculo.identify.records.rights import erasure
from vinculo.identify.records.services import Change, imports
from vinculo.project.audit.models import AuditEntry as Entry

NOW = files.NOW + timedelta(days=1)
PEOPLE = """Número;Nombre completo;Correo;Teléfono;NIF;Nacimiento;Dirección;CP;Población;Provincia
C-1;María José García Pérez;maria@gmial.com;600123456;12345678A;01/02/1980;C/ Mayor 1;28001;Madrid;Madrid
C-2;Luis Mora;no@tiene.com;12;12345678Z;;;;;
C-3;Ana Ruiz Gil;ana@ruiz-gil.es;799123456;;03/04/1975;C/ Sol 2;08001;Barcelona;Madrid
C-4;Eva Sanz;ana@ruiz-gil.es;;;;;;;
C-5;;;;;;;;;
"""
pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def customer(key: str, source: str = "shop") -> Customer:
    return Identifier.objects.get(kind="source_key", value=key, source__code=source).customer


def kinds(field: str, source: str | None = "shop") -> dict[str, int]:
    """Return what is wrong with a field."""
    found = Measurement.objects.get(field=field, source__code=source) if source else whole(field)
    return dict(found.kinds)


def whole(field: str) -> Measurement:
    return Measurement.objects.get(field=field, source=None)


def behind(field: str, kind: str, source: Source | None = None) -> list[int]:
    rows = selectors.customers_with(faults=[FAULTS[field, kind]], source_id=source.pk if source else None)
    return [each.customer_id for each in rows]


def test_an_empty_base_has_no_shares_and_breaks_nothing() -> None:
    standards.threshold_set(source=None, field="email", measure="valid", least=0.8, effect="warn")

    measuring.measure(now=NOW)

    found = selectors.overview()
    assert (found.customers, {line.score.score for line in found.lines}, found.broken) == (0, {None}, [])
    assert found.duplicates is None


def test_what_is_wrong_is_counted_by_kind_and_every_figure_opens_its_customers() -> None:
    files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")

    measuring.measure(now=NOW)

    assert kinds("email") == {"missing": 1, "placeholder": 1, "typo": 1, "shared": 2}
    assert kinds("phone") == {"missing": 2, "unreadable": 1, "unusual": 1}
    assert kinds("tax_id") == {"missing": 3, "checksum": 1}
    assert kinds("name") == {"missing": 1, "guessed": 4}
    assert kinds("birth_on") == {"missing": 3}
    assert kinds("postcode") == {"missing": 3, "contradicted": 1}
    assert kinds("record") == {"unreachable": 2}
    email = measuring.score_of(whole("email"))
    assert (email.customers, email.held, email.sound) == (5, 3, 0)
    assert {name: (each.of, each.failing) for name, each in email.measures.items()} == {
        "complete": (5, 2),
        "valid": (3, 1),
        "unique": (3, 2),
        "fresh": (3, 0),
    }
    for field, kind in FAULTS:
        for source in (None, Source.objects.get(code="shop")):
            assert len(behind(field, kind, source)) == whole(field).kinds.get(kind, 0), (field, kind)
    assert behind("email", "typo") == [customer("C-1").pk]


def test_what_is_put_right_by_hand_is_right_for_every_source() -> None:
    files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")
    maria, typo = customer("C-1"), Identifier.objects.get(kind="email", value="maria@gmial.com")
    measuring.measure(now=NOW)

    services.customer_change(
        customer_id=maria.pk,
        change=Change({"family_name": "Garcia"}, add=[("email", "maria@gmail.com")], remove=[typo.pk]),
        now=NOW,
    )
    measuring.measure(now=NOW)

    assert kinds("email") == {"missing": 1, "placeholder": 1, "shared": 2}
    assert kinds("name")["guessed"] == 3
    assert Measurement.objects.filter(field="email", source=None).count() == 1
    assert behind("email", "typo") == []


def test_merged_customers_count_once_and_erased_ones_not_at_all() -> None:
    files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")
    files.bring("Número;Nombre;Nacimiento\nT-1;Ana Ruiz;04/04/1975\n", name="b.csv", kind="customers", source="till")
    till, ana = customer("T-1", "till"), customer("C-3")
    membership.customers_merge(customer_ids=[ana.pk, customer("C-4").pk, till.pk], now=NOW, survivor=ana.pk)
    measuring.measure(now=NOW)
    merged = (whole("record").customers, kinds("email"), kinds("birth_on", None), kinds("birth_on", "till"))

    erasure.person_erase(customer_ids=[customer("C-1").pk], now=NOW)
    left = Finding.objects.filter(customer_id__in=Customer.objects.filter(name="")).count()
    measuring.measure(now=NOW)

    assert merged == (
        4,
        {"missing": 1, "placeholder": 1, "typo": 1},
        {"missing": 2, "contradicted": 1},
        {"contradicted": 1},
    )
    assert (whole("record").customers, left, kinds("email")) == (3, 0, {"missing": 1, "placeholder": 1})


def test_what_no_source_has_spoken_of_for_a_year_is_old_and_one_customer_is_told_alike() -> None:
    files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")
    later = NOW + timedelta(days=366)
    files.bring("Número;Nombre\nT-1;Ana Ruiz\nT-2;Norte S.L.\n", name="b.csv", kind="customers", source="till")
    membership.customers_merge(customer_ids=[customer("C-3").pk, customer("T-1", "till").pk], now=NOW)
    measuring.measure(now=later)
    old = kinds("record")["old"]

    one = units.together(units.units_of([customer("C-1").pk], now=later))

    assert (old, kinds("record", None)["old"]) == (5, 6)
    # The birth date of an organisation is not missing.
    assert (whole("birth_on").customers, whole("name").customers) == (5, 6)
    assert one is not None
    assert {each.kind for each in FAULTS.values() if each.of(*one) and each.field == "email"} == {"typo", "old"}
    assert units.together(units.units_of([999_999], now=NOW)) is None


def stale(key: str, *, at: datetime, source: str = "shop", of: str = "") -> dict[str, str]:
    """Return which fields of a customer are stale and since when, to a source or to all."""
    found = customer(key, source)
    ids = [each for of_one in members_by([found.merged_into_id or found.pk]).values() for each in of_one]
    source_id = Source.objects.get(code=of).pk if of else None
    told = ages.stale_of(ids, units.units_of(ids, now=at), now=at, source_id=source_id)
    return {name: since.date().isoformat() for name, since in next(iter(told.values())).items()}


def test_each_field_ages_by_itself_from_the_record_that_last_said_it() -> None:
    files.bring(PEOPLE, name="a.csv", kind="customers", country="ES")  # 1 June 2024
    first, ana, eva = files.NOW, customer("C-3"), customer("C-4")
    # Two years on a file that has no phones, and no street of C-3, says the rest again.
    again = "Número;Nombre completo;Correo;CP;Población;Dirección\n"
    again += (
        "C-3;Ana Ruiz Gil;ana@ruiz-gil.es;08001;Barcelona;\nC-1;María José García Pérez;m@x-y.es;28001;Madrid;C/ Sur\n"
    )
    made = files.opened(again, name="c.csv", kind="customers", country="ES")
    later = first + timedelta(days=731)
    imports.import_run(import_id=made.pk, now=later)
    company = served.customer("Norte", number="N-1", kind="organisation")
    relation_add(kind="employee", first_id=eva.pk, second_id=company.pk, details=Details(), now=first)
    measuring.measure(now=later)

    assert stale("C-3", at=later) == {"phone": "2026-06-01"}
    assert stale("C-4", at=later) == {"record": "2025-06-01", "email": "2025-06-01", "role": "2025-06-01"}
    assert stale("C-3", at=later + timedelta(days=365)) == {"phone": "2026-06-01", "lines": "2027-06-01"}
    assert {name: kinds(name).get("old", 0) for name in ("record", "name", "email", "phone", "lines", "role")} == {
        "record": 4,
        "name": 0,
        "email": 1,
        "phone": 2,
        "lines": 0,
        "role": 1,
    }
    # Who follows the link in an e-mail confirms it, and no other.
    for address, days in (("ana@ruiz-gil.es", 800), ("other@ruiz-gil.es", 900)):
        at = first + timedelta(days=days)
        ConsentRequest.objects.create(
            customer=ana,
            purpose=ConsentPurpose.objects.earliest("pk"),
            address=address,
            requested_at=at,
            expires_at=at,
            confirmed_at=at,
        )
    assert "email" not in stale("C-3", at=first + timedelta(days=800 + 364))
    assert stale("C-3", at=first + timedelta(days=800 + 366))["email"] == "2027-08-10"
    # A manager says otherwise, of one source and of all; what one source finds fresh is fresh.
    till = files.bring(
        "Número;Nombre;Teléfono\nT-1;Ana Ruiz;799123456\n", name="b.csv", kind="customers", source="till"
    )
    membership.customers_merge(customer_ids=[ana.pk, customer("T-1", "till").pk], now=later, survivor=ana.pk)
    standards.shelf_life_set(source=Source.objects.get(code="shop"), field="phone", days=90)
    standards.shelf_life_set(source=None, field="birth_on", days=30)
    standards.shelf_life_set(source=Source.objects.get(code="till"), field="phone", days=0)
    assert stale("C-3", at=later) == {"birth_on": "2024-07-01"}
    assert stale("C-3", at=later, of="shop") == {"birth_on": "2024-07-01", "phone": "2024-08-30"}
    standards.shelf_life_set(source=Source.objects.get(code="till"), field="phone", days=None)
    # What a hand writes is said of all the customer's sources.
    services.customer_change(customer_id=eva.pk, change=Change({}, add=[("email", "eva@sanz.es")]), now=later)
    measuring.measure(now=later)
    assert stale("C-4", at=later) == {"role": "2025-06-01"}
    assert (kinds("email").get("old"), kinds("phone", "till").get("old", 0)) == (None, 1)
    for source in (None, *Source.objects.filter(code__in=("shop", "till"))):
        members = list(Customer.objects.values_list("pk", flat=True))
        kept, of = selectors.units_kept(members), source.pk if source else None
        told = ages.stale_of(members, units.units_of(members, now=later), now=later, source_id=of)
        assert told == ages.stale_of(members, kept, now=later, source_id=of)
        for field in freshness.DAYS:
            alone = sorted(key for key, found in told.items() if field in found)
            assert behind(field, "old", source) == alone, (field, source)
            assert len(alone) == (Measurement.objects.get(field=field, source=source).kinds).get("old", 0)
    assert till.state
    last = {line.score.field: line.days for line in selectors.overview().lines if line.source is None}
    assert (last["phone"], last["birth_on"], last["name"]) == (730, 30, None)
    trail = Entry.objects.filter(table_name="identify_shelflife")
    assert trail.count() == 4
    with pytest.raises(InputError):
        standards.shelf_life_set(source=None, field="key", days=1)
    with pytest.raises(InputError):
        standards.shelf_life_set(source=None, field="email", days=-1)


def test_a_file_that_breaks_a_threshold_is_held_back_until_a_person_lets_it_in() -> None:
    standards.threshold_set(source=None, field="email", measure="valid", least=0.8, effect="stop")
    standards.threshold_set(source=None, field="phone", measure="valid", least=0.9, effect="warn")
    made = files.opened(PEOPLE, name="a.csv", kind="customers")
    seen = imports.import_preview(import_id=made.pk, now=NOW)

    with pytest.raises(admission.HeldError) as held:
        imports.import_run(import_id=made.pk, now=NOW)
    with pytest.raises(InputError):
        imports.import_run(import_id=made.pk, now=NOW)

    sentence = "Among e-mails, 33% are not valid; at most 20% allowed."
    assert str(held.value) == f"The file is held back. {sentence}"
    assert [each for each in seen.warnings if "would be held" in each] == [f"The file would be held back. {sentence}"]
    assert any(each.startswith("This is less than was set. Among phones, 33%") for each in seen.warnings)
    assert any("@gmial.com: 1. Did you mean @gmail.com?" in each for each in seen.warnings)
    made.refresh_from_db()
    assert (made.state, made.problem, Customer.objects.count()) == ("held", str(held.value), 0)
    with pytest.raises(InputError):
        admission.import_admit(import_id=made.pk, reason=" ", now=NOW)
    with actor.acting("eva"):
        admission.import_admit(import_id=made.pk, reason="The old shop never asked for e-mails.", now=NOW)
    with pytest.raises(admission.HeldError):
        imports.import_run(import_id=made.pk, now=NOW, options={"date_order": "mdy"})
    with actor.acting("eva"):
        admission.import_admit(import_id=made.pk, reason="The old shop never asked for e-mails.", now=NOW)
    done = imports.import_run(import_id=made.pk, now=NOW)
    assert (done.state, done.counts["new"], Customer.objects.count()) == ("done", 5, 5)
    trail = Entry.objects.filter(table_name="identify_import", actor="eva").last()
    assert trail is not None
    assert "The old shop never asked" in str(vars(trail))


def test_a_source_has_thresholds_of_its_own_and_files_without_keys_are_held_back() -> None:
    shop = services.source_ensure(code="shop")
    standards.threshold_set(source=None, field="key", measure="complete", least=0.95, effect="stop")
    keyless = "Número;Nombre\n1;Ana\n;Eva\n;Luis\n"
    one, two = (files.opened(keyless + more, name="k.csv", kind="customers") for more in ("", "2;Sol\n"))

    with pytest.raises(admission.HeldError, match="Among customer numbers, 67% are missing; at most 5% allowed"):
        imports.import_run(import_id=one.pk, now=NOW)
    standards.threshold_set(source=shop, field="key", measure="complete", least=0.4, effect="stop")
    imports.import_run(import_id=two.pk, now=NOW)
    imports.import_cancel(import_id=one.pk, now=NOW)

    assert [Import.objects.get(pk=each.pk).state for each in (one, two)] == ["cancelled", "done"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"field": "x"},
        {"measure": "unique", "effect": "stop"},
        {"field": "city", "measure": "unique"},
        {"least": 1.5},
        {"least": 0.0},
        {"effect": "x"},
    ],
)
def test_a_threshold_that_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    asked = {"source": None, "field": "email", "measure": "valid", "least": 0.8, "effect": "warn", **wrong}

    with pytest.raises(InputError):
        standards.threshold_set(**asked)  # type: ignore[arg-type] # wrong on purpose


def test_duplicates_are_estimated_from_open_pairs_and_what_people_said_of_such() -> None:
    people = [served.customer(f"Customer {place}", number=f"D-{place}") for place in range(8)]
    one, two, three, four, five, six, seven, _eight = people
    assert estimating.estimate_now() is None
    matching = proposals.made(
        edges=[
            proposals.edge(one, two, match_probability=0.9),
            proposals.edge(two, three, match_probability=0.8),
            proposals.edge(one, three, match_probability=0.1),
            proposals.edge(four, five, match_probability=0.5),
            proposals.edge(six, seven, match_probability=0.5),
        ]
    )
    before = estimating.estimate_now()
    publishing.matching_publish(matching_id=matching.pk, now=NOW)
    pair = Candidate.objects.get(party=six, other=seven)
    review.candidate_decide(candidate_id=pair.pk, verdict="different", now=NOW)
    pair = Candidate.objects.get(party=four, other=five)
    review.candidate_decide(candidate_id=pair.pk, verdict="same", now=NOW)

    after = estimating.estimate_now()
    measuring.measure(now=NOW)

    assert before is not None
    assert after is not None
    assert round(before.estimate.duplicates, 6) == 2.7
    assert (before.estimate.low, before.estimate.high, before.customers) == (0.0, 4.0, 8)
    # Of the two decided, one was the same; two pairs are open, of which one is expected to be.
    assert (after.estimate.duplicates, after.estimate.looked_at, after.customers) == (1.0, 2, 7)
    assert 0 < after.estimate.low < 1 < after.estimate.high < 2
    assert Measurement.objects.get(field="duplicates").details["rate"] == pytest.approx(1 / 7)
