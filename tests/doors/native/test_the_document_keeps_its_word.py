"""What the document says of the API is so, tried with calls that nobody would think of (schemathesis)."""

from itertools import product
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from tests.make import programs, store, stored_orders
from tests.make.integrations import Program

from vinculo.identify.records.households import services as households
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.relations import services as relations

PROMISES = (
    checks.not_a_server_error,
    *(getattr(checks, name) for name in ("status_code_conformance", "content_type_conformance")),
    *(getattr(checks, name) for name in ("response_schema_conformance", "response_headers_conformance")),
)
MODES = {"as the document says": GenerationMode.POSITIVE, "against the document": GenerationMode.NEGATIVE}
FEW, MANY = 5, 200


def tried(mode: GenerationMode, examples: int) -> dict[str, set[int]]:
    """Call every operation so often; return the statuses it answered with."""
    program, statuses = Program(), dict[str, set[int]]()
    # As many calls name what exists as not: chance does not decide whether an operation is ever called with it.
    named: list[dict[str, int | str]] = [existing(), {}] if mode is GenerationMode.POSITIVE else [{}]
    kept = [*PROMISES, checks.negative_data_rejection] if mode is GenerationMode.NEGATIVE else list(PROMISES)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for found, things in product(schema.get_all_operations(), named):
        operation = found.ok()
        assert operation is not None

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), things=st.just(things))
        def each(case: Any, things: dict[str, int | str]) -> None:
            # A list has no place in an address: of one with a single text, nobody sees what was wrong with it.
            assume(not any(isinstance(value, list | dict) for value in (case.query or {}).values()))
            for part in filter(lambda each: isinstance(each, dict), (case.path_parameters, case.body)):
                part |= {name: number for name, number in things.items() if name in part}
            answer = case.call(headers={"Authorization": f"Bearer {program.text}"})
            case.validate_response(answer, checks=kept)
            statuses.setdefault(case.operation.label, set()).add(answer.status_code)

        each()
    return statuses


def existing() -> dict[str, int | str]:
    """Make one of each thing; return their numbers by the names of the parameters, a day, and where a lead may go."""
    customer = stored_orders.a_customer()
    (line,) = stored_orders.lines(stored_orders.an_import(), customer, [("N1", 0, 500)])
    other, now = stored_orders.a_customer("Eva"), stored_orders.NOW
    bound = relations.relation_add(
        kind="friend", first_id=customer.pk, second_id=other.pk, details=relations.Details(), now=now
    )
    household = households.household_create(customer_ids=[customer.pk], now=now)
    club = programs.program()
    unit, member = programs.unit(club), programs.member(club)
    (award,) = programs.posted(club, programs.post(programs.wallet(unit, member), reference="N1"))
    return {
        "program": club.code,
        "card": member.number,
        "posting_id": award.posting_id,
        "customer_id": customer.pk,
        "order_id": line.order_id,
        "product_id": stored_orders.a_product().pk,
        "relation_id": bound.pk,
        "household_id": household.pk,
        "on": "2026-01-01",
        "member_id": household.memberships.get().pk,
        "lead_id": leads.lead_open(customer_id=customer.pk, prospect=leads.Prospect(), now=now).pk,
        "to_stage": "qualified",
        "seen": "interest",
    }


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_every_operation_answers_as_the_document_says(own_records: store.Database, mode: str) -> None:
    statuses = tried(MODES[mode], FEW)

    assert len(statuses) > 15
    if MODES[mode] is GenerationMode.POSITIVE:
        # Nobody guesses a merge, how two are bound, or by whose code somebody came: more than half are done.
        done = [label for label, found in statuses.items() if found & {200, 201}]
        assert len(done) > len(statuses) / 2, sorted(statuses.keys() - done)


@pytest.mark.soak
@pytest.mark.parametrize("mode", MODES)
def test_it_does_so_for_a_long_time(own_records: store.Database, mode: str) -> None:
    assert len(tried(MODES[mode], MANY)) > 15
