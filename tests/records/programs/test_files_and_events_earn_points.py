"""Orders of files and of tracking clients earn points by jobs, once; what an undone file had brought is taken back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.make import club as shop
from tests.make import events, programs, store
from tests.make import imports as make
from tests.make.events import track

from vinculo.identify.records.models import Customer, Identifier
from vinculo.programs.records.earning import tasks
from vinculo.programs.records.ledger import members, verify
from vinculo.programs.records.models import Member, Posting, Program

JOBS = {"programs.import_settle": tasks.import_settle, "programs.undone_settle": tasks.undone_settle}
ROW = "{number};7;{day}/04/2024 10:00;{code};Taza;Menaje;Web;España;{pieces};{amount}\n"


@pytest.fixture
def club(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    made = programs.program(started_on=date(2024, 1, 1))
    programs.unit(made)
    shop.rule(made, "spend")
    return made


def row(number: str, day: int, amount: str, *, code: str = "A", pieces: int = 1) -> str:
    return ROW.format(number=number, day=f"{day:02}", code=code, pieces=pieces, amount=amount)


def work() -> None:
    """Do the jobs of earning that wait, as the worker does."""
    for job in ProcrastinateJob.objects.filter(task_name__in=JOBS, status="todo").order_by("id"):
        JOBS[job.task_name](**job.args)
    ProcrastinateJob.objects.filter(task_name__in=JOBS, status="todo").delete()


def state() -> list[tuple[Any, ...]]:
    found = Posting.objects.filter(kind="award", outcome="").order_by("id")
    return list(found.values_list("reference", "amount"))


def test_files_earn_and_their_undoing_leaves_nothing(club: Program) -> None:
    make.bring(make.HEADER + row("1", 3, "10,00"), name="first.csv")
    buyer = Identifier.objects.get(kind="source_key", value="7").customer
    member = members.member_join(program_id=club.pk, customer_id=buyer.pk, on=date(2024, 4, 4))
    work()
    before_joining = shop.balance(member)

    second = make.bring(
        make.HEADER + row("2", 5, "20,00", pieces=2) + row("3", 6, "5,50", code="T2"), name="second.csv"
    )
    work()
    earned = shop.balance(member)
    third = make.bring(make.HEADER + row("C2", 7, "-10,00", pieces=-1), name="third.csv")
    work()
    returned = shop.balance(member)
    again = make.bring(make.HEADER + row("2", 5, "20,00", pieces=2), name="again.csv")
    work()
    same = shop.balance(member)
    make.take_back(third)
    work()
    undone = shop.balance(member)
    make.take_back(second)
    work()
    held = shop.balance(member)
    make.take_back(again)
    work()

    assert before_joining == 0
    assert (earned, returned, same, undone) == (25, 15, 15, 25)
    # The second order is in another file still; the third was in the one that is undone.
    assert (held, shop.balance(member)) == (20, 0)
    assert verify.verify(program_id=club.pk) == []


def test_a_file_of_whole_orders_takes_the_points_of_a_line_it_leaves_out(club: Program) -> None:
    both = row("1", 3, "10,00") + row("1", 3, "7,00", code="T2")
    make.bring(make.HEADER + both, name="first.csv")
    buyer = Identifier.objects.get(kind="source_key", value="7").customer
    member = members.member_join(program_id=club.pk, customer_id=buyer.pk, on=date(2024, 4, 1))
    work()
    earned = shop.balance(member)
    make.bring(
        make.HEADER + row("1", 3, "10,00") + row("1", 3, "3,00", code="T2"), name="next.csv", complete_orders=True
    )
    work()

    assert earned == 17
    assert shop.balance(member) == 13


def test_orders_and_events_of_tracking_clients_earn_once(club: Program) -> None:
    shop.rule(club, "visit", trigger="event", subject=["Store Visited"], amount="fixed", factor="5")
    source, _key = events.source()
    events.receive(source, events.event("identify", 1, user="u1", traits={"firstName": "Ana"}))
    events.understand()
    ana: Customer = events.customer(source, "u1")
    member: Member = members.member_join(program_id=club.pk, customer_id=ana.pk, on=date(2020, 1, 1))

    sold = {"order_id": "A-1", "currency": "EUR", "products": [{"product_id": "P1", "price": 9.95, "quantity": 2}]}
    events.receive(source, track("Order Completed", 2, user="u1", said=sold), track("Store Visited", 3, user="u1"))
    events.understand()
    first = (shop.balance(member), state())
    events.receive(source, track("Order Refunded", 4, user="u1", said={"order_id": "A-1"}))
    events.understand()

    assert first[0] == 19 + 5
    assert sorted(amount for _reference, amount in first[1]) == [5, 19]
    assert shop.balance(member) == 5
