"""A lead goes forward and back, is lost and taken up again, and converted; its history replays to where it is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as platform
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.make import imports as make
from tests.make import parties, served, store

from vinculo.foundation import actor
from vinculo.identify.leads import stages
from vinculo.identify.records import facts, services
from vinculo.identify.records.leads import purchases, selectors
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.leads.selectors import Asked
from vinculo.identify.records.leads.services import LeadError, LeadMovedMeanwhileError, Prospect
from vinculo.identify.records.models import Customer, Lead

NOW = served.NOW


def prospect(name: str = "Ana") -> Customer:
    return services.customer_create(change=services.Change({"name": name, "kind": "organisation"}), now=NOW)


def opened(customer: Customer | None = None, **said: object) -> Lead:
    known = Prospect(**{"source": "fair", "interest": "chairs", **said})  # type: ignore[arg-type]
    return leads.lead_open(customer_id=(customer or prospect()).pk, prospect=known, now=NOW)


def replayed(lead: Lead) -> str:
    return stages.replay(
        stages.Step(each.from_stage, each.to_stage, each.happened_at) for each in lead.steps.order_by("id")
    )


def test_a_lead_is_converted_by_hand_and_keeps_everything(records: store.Database) -> None:
    told: list[int] = []
    lead = opened(amount_minor=5000, currency="EUR")

    def hear(*, customer_id: int, **_more: object) -> None:
        told.append(customer_id)

    facts.prospect_converted.connect(hear)
    try:
        leads.lead_move(lead_id=lead.pk, to_stage="quote", now=NOW)
        leads.lead_move(lead_id=lead.pk, to_stage="qualified", reason="No budget yet", now=NOW)
        with actor.acting("eva"):
            lead = leads.lead_move(lead_id=lead.pk, to_stage="converted", now=NOW)
    finally:
        facts.prospect_converted.disconnect(hear)

    last, back, *_ = selectors.step_list(lead_id=lead.pk)
    assert (lead.customer.standing, told) == ("actual", [lead.customer_id])
    assert (last.by, back.reason, lead.source, lead.interest) == ("eva", "No budget yet", "fair", "chairs")


def test_the_last_step_is_taken_back_and_the_customer_is_a_prospect_again(records: store.Database) -> None:
    lead = opened()
    leads.lead_move(lead_id=lead.pk, to_stage="converted", now=NOW)
    step = selectors.step_list(lead_id=lead.pk)[0]

    lead = leads.lead_step_undo(lead_id=lead.pk, step_id=step.pk, now=NOW)

    assert (lead.stage, Customer.objects.get().standing, replayed(lead)) == ("interest", "prospect", "interest")
    with pytest.raises(LeadMovedMeanwhileError):
        leads.lead_step_undo(lead_id=lead.pk, step_id=step.pk, now=NOW)


@pytest.mark.parametrize(
    ("way", "refused"),
    [
        (["quote", "qualified"], "Say why"),
        (["lost"], "Say why"),
        (["interest"], "cannot go from interest to interest"),
        (["king"], "cannot go from interest to king"),
        (["converted", "lost"], "cannot go from converted to lost"),
    ],
)
def test_moves_that_make_no_sense_are_refused(records: store.Database, way: list[str], refused: str) -> None:
    lead = opened()
    for stage in way[:-1]:
        leads.lead_move(lead_id=lead.pk, to_stage=stage, now=NOW)

    with pytest.raises(LeadError, match=refused):
        leads.lead_move(lead_id=lead.pk, to_stage=way[-1], now=NOW)


def test_two_people_do_not_move_a_lead_past_each_other(records: store.Database) -> None:
    lead = opened()
    leads.lead_move(lead_id=lead.pk, to_stage="quote", seen="interest", now=NOW)

    with pytest.raises(LeadMovedMeanwhileError):
        leads.lead_move(lead_id=lead.pk, to_stage="qualified", seen="interest", now=NOW)


@given(moves=some.lists(some.sampled_from([*stages.STAGES, "undo"]), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_history_replays_to_where_the_lead_is(records: store.Database, moves: list[str]) -> None:
    lead = opened(Customer.objects.first())

    for move in moves:
        try:
            if move == "undo":
                leads.lead_step_undo(lead_id=lead.pk, step_id=selectors.step_list(lead_id=lead.pk)[0].pk, now=NOW)
            else:
                leads.lead_move(lead_id=lead.pk, to_stage=move, reason="because", now=NOW)
        except LeadError:
            continue

    lead.refresh_from_db()
    assert replayed(lead) == lead.stage
    assert moves != ["lost"] or lead.stage == "lost"


def test_the_way_is_counted(records: store.Database) -> None:
    customer, later = prospect(), NOW + timedelta(days=10)
    one = opened(customer, amount_minor=100, currency="EUR")
    opened(customer, amount_minor=50, currency="EUR")
    opened(customer, source="web")
    leads.lead_move(lead_id=one.pk, to_stage="quote", now=later)
    leads.lead_move(lead_id=one.pk, to_stage="lost", reason="price", now=later)

    columns = {each.stage: each for each in selectors.columns_of(Asked(source="fair"), now=later)}
    passages = {each.stage: (each.reached, each.went_on) for each in selectors.passages_of(Asked())}

    assert (columns["interest"].leads, columns["interest"].amounts) == (1, {"EUR": 50})
    assert columns["interest"].median_age_days == 10
    assert passages == {
        "interest": (3, 1),
        "qualified": (1, 1),
        "quote": (1, 0),
        "order": (0, 0),
        "converted": (0, None),
    }
    assert selectors.stays_of(Asked())["interest"].median_days == 10
    assert [lead.source for lead in selectors.lead_list(Asked(stage="open", search="chairs"))] == ["web", "fair"]


def test_the_first_order_converts_and_its_undo_takes_that_back(
    records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "IMPORTS_FOLDER", tmp_path / "imports")
    told = "Código;Nombre completo;Situación\n7;Ana Ruiz;prospecto\n8;Eva Soto;prospecto\n"
    make.bring(told, name="clientes.csv", kind="customers")
    ana, eva = Customer.objects.order_by("id")
    lead = opened(ana)
    row = "1;{};01/07/2024;A;x;;;;1;5\n"

    imported = make.bring(make.HEADER + row.format(7) + row.format(8).replace("1;", "2;", 1))

    lead.refresh_from_db()
    assert (lead.stage, {each.standing for each in Customer.objects.all()}) == ("converted", {"actual"})
    assert [each.way for each in selectors.step_list(lead_id=lead.pk)] == ["purchase", "hand"]
    assert [each.stage for each in selectors.leads_of(customer_ids=[eva.pk])] == ["converted"]
    make.take_back(imported)
    lead.refresh_from_db()
    assert (lead.stage, replayed(lead)) == ("interest", "interest")
    assert {each.standing for each in Customer.objects.all()} == {"prospect"}
    assert selectors.leads_of(customer_ids=[eva.pk]) == []


HEADER = "Código;Nombre completo;Origen;Interés;Etapa\n"


def test_a_file_brings_leads_moves_them_and_takes_them_back(records: store.Database) -> None:
    first, _counts = parties.bring(HEADER + "7;Ana Ruiz;feria;sillas;Interesado\n8;Eva Soto;web;mesas;\n9;Luz Mar;;;\n")
    ana, eva, luz = Customer.objects.order_by("id")
    (lead,) = selectors.leads_of(customer_ids=[ana.pk])
    assert (lead.stage, lead.source, lead.interest, ana.standing, luz.standing) == (
        *("interest", "Feria", "Sillas", "prospect"),
        "actual",
    )
    assert [len(selectors.leads_of(customer_ids=[each.pk])) for each in (eva, luz)] == [1, 0]

    leads.lead_move(lead_id=lead.pk, to_stage="qualified", now=NOW)
    parties.bring(HEADER + "7;Ana Ruiz;feria;sillas grandes;Interesado\n")
    lead.refresh_from_db()
    assert lead.stage == "qualified"
    second, _counts = parties.bring(HEADER + "7;Ana Ruiz;feria;sillas;Presupuesto enviado\n")
    lead.refresh_from_db()
    assert (lead.stage, replayed(lead)) == ("quote", "quote")

    parties.take_back(second)
    parties.take_back(first)

    assert [(each.customer_id, each.imported_id) for each in Lead.objects.all()] == [(ana.pk, None)]
    assert list(Customer.objects.order_by("id")) == [ana]


def test_an_order_that_comes_alone_converts_its_customer_only(records: store.Database) -> None:
    ana, eva = prospect(), prospect("Eva")
    leads_of = {each.pk: opened(each) for each in (ana, eva)}
    for buyer in (ana, eva):
        served.order(buyer, f"A{buyer.pk}", days_ago=0, lines=[{"product": "a", "net_minor": 100}])

    with connection.cursor() as cursor:
        purchases.convert(cursor, customer_ids=[ana.pk], by="shop", now=NOW)

    assert [Lead.objects.get(pk=leads_of[each.pk].pk).stage for each in (ana, eva)] == ["converted", "interest"]
    assert dict(Customer.objects.values_list("name", "standing")) == {"Ana": "actual", "Eva": "prospect"}


def test_a_lead_of_a_file_makes_nobody_a_prospect_who_has_bought(records: store.Database) -> None:
    parties.bring("Código;Nombre completo\n7;Ana Ruiz\n")
    ana = Customer.objects.get()
    served.order(ana, "1", days_ago=9, lines=[{"product": "a", "net_minor": 100}])

    imported, _counts = parties.bring(HEADER + "7;Ana Ruiz;feria;mesas;Presupuesto\n")
    ana.refresh_from_db()
    (lead,) = selectors.leads_of(customer_ids=[ana.pk])

    assert (ana.standing, lead.stage) == ("actual", "quote")
    parties.bring(HEADER + "7;Ana Ruiz Gil;feria;mesas;Presupuesto\n")
    parties.take_back(imported)
    assert Customer.objects.get().standing == "actual"
