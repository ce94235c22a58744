"""Levels in the store: they rise with postings, fall with the calendar, and every change says why."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.make import bound, members, served, store

from vinculo.foundation import language
from vinculo.programs.ledger.posting import Post
from vinculo.programs.levels.terms import TermsError
from vinculo.programs.records import facts
from vinculo.programs.records.ledger import wallets
from vinculo.programs.records.levels import selectors, services, sweeps
from vinculo.programs.records.levels.services import LevelError, NewGrant, NewSet
from vinculo.programs.records.levels.sweeps import Swept
from vinculo.programs.records.models import LevelChange, LevelSet, LevelStanding, Member

ES = language.translator("es")


def rank(of: Member) -> int:
    found = LevelStanding.objects.filter(member=of).values_list("rank", flat=True).first()
    return found or 0


def sweep(of: LevelSet, day: str) -> Swept:
    return sweeps.sweep(program_id=of.program_id, as_of=date.fromisoformat(day), now=members.at(day))


def told(of: Member) -> list[tuple[int, int, str, str]]:
    rows = LevelChange.objects.filter(member=of).order_by("id")
    return [(row.from_rank, row.to_rank, row.cause, row.happened_on.isoformat()) for row in rows]


def test_a_level_rises_with_the_posting_and_falls_with_the_calendar(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    heard: list[int] = []

    def hear(change_ids: list[int], **_fact: object) -> None:
        heard.extend(change_ids)

    facts.level_changed.connect(hear)
    try:
        members.award(ana, 600, "2024-03-01")
        for day in ("2024-12-31", "2025-12-31", "2026-01-01", "2026-01-01", "2027-01-01", "2028-01-01"):
            sweep(chosen, day)
    finally:
        facts.level_changed.disconnect(hear)

    assert told(ana) == [
        (0, 2, "reached", "2024-03-01"),
        (2, 1, "fell", "2026-01-01"),
        (1, 0, "fell", "2027-01-01"),
    ]
    assert heard == list(LevelChange.objects.order_by("id").values_list("pk", flat=True))
    assert LevelChange.objects.get(to_rank=1).inputs == {
        "window": ["2025-01-01", "2026-01-01"],
        "counted": 0,
        "entries": 0,
        "threshold": 500,
        "terms": 1,
        "fall": "one_down",
        "grace_days": 0,
        "earned": 1,
        "granted": 0,
        "group": 0,
    }


def test_a_level_reached_by_what_came_back_is_decided_again(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    members.award(ana, 450, "2024-11-01")
    before = selectors.forecast_of(member=ana, as_of=date(2025, 2, 1))
    bought = members.award(ana, 300, "2024-12-20")

    members.act("reverse", bought, 100, "2025-01-10")
    after_a_part = rank(ana)
    members.act("reverse", bought, 0, "2025-01-20")

    assert (after_a_part, rank(ana)) == (2, 1)
    assert told(ana)[-1] == (2, 1, "returned", "2025-01-20")
    assert selectors.forecast_of(member=ana, as_of=date(2025, 2, 1))[0].forecast == before[0].forecast


def test_pending_points_count_once_released_on_the_day_they_were_earned(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    bought = members.award(ana, 600, "2024-12-20", pending_until=members.at("2025-01-20"))
    before = rank(ana)

    members.act("release", bought, 0, "2025-01-20")

    assert (before, rank(ana)) == (0, 2)
    assert LevelChange.objects.get().inputs["window"] == ["2024-01-01", "2025-01-01"]


def test_the_order_of_arrival_decides_nothing(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    early, late = members.member(chosen.program), members.member(chosen.program)
    told_in_order = [(120, "2024-02-01"), (500, "2024-07-01"), (90, "2025-03-01"), (30, "2025-06-01")]

    for points, day in told_in_order:
        members.award(early, points, day, recorded="2026-02-01")
    for points, day in reversed(told_in_order):
        members.award(late, points, day, recorded="2026-02-01")

    first, second = (LevelStanding.objects.get(member=each) for each in (early, late))
    assert (first.rank, first.due_on) == (second.rank, second.due_on) == (1, date(2027, 1, 1))


def test_a_level_given_by_hand_ends_by_itself_or_when_it_is_taken_back(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    ana, luis = members.member(chosen.program), members.member(chosen.program)
    new = NewGrant(2, date(2024, 6, 30), "Delivery lost twice", "carmen")

    services.level_grant(level_set_id=chosen.pk, member_id=ana.pk, new=new, now=members.at("2024-05-01"))
    grant = services.level_grant(level_set_id=chosen.pk, member_id=luis.pk, new=new, now=members.at("2024-05-01"))
    services.level_grant_withdraw(grant_id=grant.pk, author="carmen", now=members.at("2024-05-02"))
    held = rank(ana)
    for day in ("2024-06-30", "2024-07-01"):
        sweep(chosen, day)

    assert (held, rank(ana), rank(luis)) == (2, 0, 0)
    assert told(ana) == [(0, 2, "granted", "2024-05-01"), (2, 0, "grant_ended", "2024-07-01")]
    given = LevelChange.objects.get(member=ana, cause="granted")
    assert (given.author, given.inputs["reason"]) == ("carmen", "Delivery lost twice")
    assert not services.level_grant_withdraw(grant_id=grant.pk, author="x", now=members.at("2024-05-03"))


@pytest.mark.parametrize(
    ("rank_given", "until", "reason"), [(2, "2024-06-30", " "), (2, "2024-04-30", "why"), (7, "2024-06-30", "why")]
)
def test_a_grant_that_makes_no_sense_is_refused(
    records: store.Database, rank_given: int, until: str, reason: str
) -> None:
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    new = NewGrant(rank_given, date.fromisoformat(until), reason, "carmen")

    with pytest.raises(LevelError):
        services.level_grant(level_set_id=chosen.pk, member_id=ana.pk, new=new, now=members.at("2024-05-01"))


def test_a_company_s_level_is_that_of_its_people_while_they_are_there(records: store.Database) -> None:
    chosen = members.level_set(members.program(), carries=True)
    firm, carmen = bound.company("Muebles Sur"), bound.person("Carmen", "Soto")
    bound.bind("post", carmen, firm, begins_on=date(2023, 1, 1), ends_on=date(2024, 9, 1))
    company = members.member(chosen.program, firm, kind="company")
    person = members.member(chosen.program, carmen)
    child = members.member(chosen.program, pool=company)

    members.award(company, 700, "2024-05-01")
    during = rank(person), rank(child)
    sweep(chosen, "2024-08-31")
    before = rank(person)
    sweep(chosen, "2024-09-01")

    assert (during, before, rank(person), rank(child)) == ((2, 2), 2, 0, 2)
    assert told(person) == [(0, 2, "group", "2024-05-01"), (2, 0, "group_ended", "2024-09-01")]
    assert LevelChange.objects.filter(member=person).first().inputs["group"] == company.pk  # type: ignore[union-attr]


def test_orders_and_spend_count_without_what_came_back(records: store.Database) -> None:
    club = members.program()
    spend = members.level_set(club, basis="spend", window="rolling")
    ana = members.member(club, joined_on="2024-01-01")
    assert ana.customer is not None
    bought = served.order(ana.customer, "A1", days_ago=40, lines=[{"product": "silla", "net_minor": 700}])
    served.order(ana.customer, "A2", days_ago=30, lines=[{"product": "mesa", "net_minor": 90}])

    sweep(spend, "2024-06-01")
    reached = rank(ana)
    line = bought.lines.get()
    served.order(ana.customer, "R1", days_ago=5, lines=[{"product": "silla", "net_minor": -700, "returns": line}])
    sweep(spend, "2024-06-01")

    assert (reached, rank(ana)) == (2, 0)
    assert LevelChange.objects.get(to_rank=2).inputs["counted"] == 790
    assert sweeps.sweep_all(now=served.NOW.replace(hour=12)) == Swept(0, 0)
    assert sweeps.sweep_all(now=served.NOW.replace(hour=3)) == Swept(1, 0)


def test_days_are_those_of_the_programme_s_own_zone(records: store.Database) -> None:
    chosen = members.level_set(members.program(zone="America/Bogota"))
    ana = members.member(chosen.program)
    late = datetime(2024, 12, 31, 22, 0, tzinfo=ZoneInfo("America/Bogota"))

    wallet = wallets.wallet_open(member_id=ana.pk, unit_id=members.unit(ana.program).pk, now=late)
    members.post(ana.program, Post("test", "late", "award", wallet, 600, late, "purchase"), "2025-01-05")

    assert LevelChange.objects.get(to_rank=2).inputs["window"] == ["2024-01-01", "2025-01-01"]


def test_a_sweep_of_many_takes_as_many_statements_as_one_of_few(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    people = [members.member(chosen.program) for _ in range(30)]
    for each in people:
        members.award(each, 600, "2024-03-01")

    def statements(size: int) -> int:
        LevelStanding.objects.filter(member__in=people).update(due_on=date(2024, 3, 2))
        LevelStanding.objects.filter(member__in=people[size:]).update(due_on=None)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert sweep(chosen, "2024-03-02").decided == size
        return len(caught)

    assert statements(30) == statements(3)


def test_what_is_ahead_is_said_in_both_languages(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    for month in range(1, 12):
        members.award(ana, 45, f"2024-{month:02d}-10")

    (english,) = selectors.forecast_of(member=ana, as_of=date(2024, 11, 30))
    (spanish,) = selectors.forecast_of(member=ana, as_of=date(2024, 11, 30), language="es")

    assert [str(each) for each in english.sentences] == [
        "5 to Gold, on course for 4 December 2024.",
        "Needs 100 more to be kept beyond 1 January 2026, and is on course for it.",
    ]
    assert [each.say(ES) for each in spanish.sentences] == [
        "Faltan 5 para Oro, previsto para el 4 de diciembre de 2024.",
        "Faltan 100 para conservarlo después del 1 de enero de 2026, y va camino de lograrlo.",
    ]
    assert str(english.why) == (
        "Silver: from 1 January 2024 to 31 December 2024 495 counted in 11 entries, and 100 are needed (terms 1)."
    )
    (change,) = selectors.changes_of(member_id=ana.pk, language="es")
    assert change.why.say(ES).startswith("Plata: del 1 de enero de 2024 al 31 de diciembre de 2024 cuentan 135")
    (place,) = selectors.standing_of(member_ids=[ana.pk])
    assert (place.level and place.level.code, place.since) == ("silver", date(2024, 3, 10))
    steps = selectors.ladder_of(level_set_id=chosen.pk, as_of=date(2024, 11, 30))
    assert [(step.level.code, step.threshold, step.members) for step in steps] == [
        ("silver", 100, 1),
        ("gold", 500, 0),
        ("platinum", 1500, 0),
    ]


def test_new_terms_are_another_version_and_only_for_days_to_come(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    members.award(ana, 600, "2024-03-01")
    easier = [(code, english, spanish, needed // 2) for code, english, spanish, needed in members.LADDER]

    members.publish(chosen, [(*each[:3], each[3] * 2) for each in members.LADDER], "2024-04-01")
    sweep(chosen, "2024-04-01")
    harder = rank(ana)
    members.publish(chosen, [(*each[:3], each[3] // 2) for each in easier], "2024-05-01")
    sweep(chosen, "2024-05-01")

    assert (harder, rank(ana)) == (2, 3)
    assert LevelChange.objects.get(to_rank=3).inputs["terms"] == 3
    with pytest.raises(TermsError):
        members.publish(chosen, members.LADDER, "2024-03-01")


def test_levels_that_count_points_need_a_unit_that_decides_levels(records: store.Database) -> None:
    club = members.program()
    new = NewSet("x", "X", "X", unit_id=members.unit(club, "points").pk)

    with pytest.raises(TermsError):
        services.level_set_open(program_id=club.pk, new=new, now=members.OPENED)
