"""Rules are approved by somebody else, never changed afterwards, tried on one event and on the past before that."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.make import club as shop
from tests.make import programs, store

from vinculo.foundation import actor, language
from vinculo.identify.records.models import Order, OrderLine
from vinculo.programs.earning.grammar import ConditionError
from vinculo.programs.earning.rules import RuleError
from vinculo.programs.levels.terms import TermsError
from vinculo.programs.records import approval, facts
from vinculo.programs.records.earning import happenings, orders
from vinculo.programs.records.earning.happenings import Happening
from vinculo.programs.records.finance import services as finance
from vinculo.programs.records.levels import approving
from vinculo.programs.records.levels import selectors as selectors_levels
from vinculo.programs.records.levels import services as levels
from vinculo.programs.records.levels.approving import OwnTermsError
from vinculo.programs.records.levels.services import LevelError, NewLevel, NewTerms
from vinculo.programs.records.models import EarnedAward, Earning, LevelTerms, Posting, Program, RuleVersion
from vinculo.programs.records.rules import replays, selectors, trying
from vinculo.programs.records.rules import services as rules
from vinculo.programs.records.rules.services import OwnRuleError, RuleStateError
from vinculo.programs.records.rules.trying import Tried, TriedLine

NOW, SPEND = shop.NOW, shop.SPEND


@pytest.fixture
def club(records: store.Database) -> Program:
    made = programs.program(started_on=date(2024, 1, 1), zone="Europe/Madrid")
    programs.unit(made)
    return made


def test_whoever_writes_a_rule_does_not_approve_it(club: Program) -> None:
    with actor.acting("ana"):
        draft = rules.rule_draft(program_id=club.pk, code="spend", name="Spend", definition=SPEND, now=NOW)
        rules.rule_propose(version_id=draft.pk, now=NOW)
        with pytest.raises(OwnRuleError):
            rules.rule_approve(version_id=draft.pk, now=NOW)
        with pytest.raises(RuleStateError):
            rules.rule_draft(program_id=club.pk, code="spend", name="Spend", definition=SPEND, now=NOW)
        approval.policy_set(program_id=club.pk, four_eyes=False)
        approved = rules.rule_approve(version_id=draft.pk, now=NOW)

    assert (approved.state, approved.approved_by) == ("active", "ana")


def test_whoever_proposes_terms_of_levels_does_not_approve_them(club: Program) -> None:
    new = levels.NewSet("main", "Main", "Principal", basis="orders")
    made = levels.level_set_open(program_id=club.pk, new=new, now=NOW)
    rungs = [NewLevel(1, "silver", "Silver", "Plata", 5)]
    later = NewTerms([NewLevel(1, "silver", "Silver+", "Plata+", 9)], begins_on=NOW.date() + timedelta(days=9))
    levels.terms_publish(level_set_id=made.pk, new=NewTerms(rungs), author="ana", now=NOW)

    with pytest.raises(LevelError):
        levels.terms_publish(level_set_id=made.pk, new=later, author="ana", now=NOW)
    with actor.acting("ana"):
        proposed = approving.terms_propose(level_set_id=made.pk, new=later, now=NOW)
        with pytest.raises(OwnTermsError):
            approving.terms_approve(proposal_id=proposed.pk, now=NOW)
        with pytest.raises(LevelError):
            approving.terms_propose(level_set_id=made.pk, new=later, now=NOW)
    with actor.acting("luis"):
        with pytest.raises(TermsError):
            approving.terms_approve(proposal_id=proposed.pk, now=NOW + timedelta(days=10))
        second = approving.terms_approve(proposal_id=proposed.pk, now=NOW)
        with pytest.raises(LevelError):
            approving.terms_return(proposal_id=proposed.pk, note="", now=NOW)
    approval.policy_set(program_id=club.pk, four_eyes=False)
    with actor.acting("ana"):
        third = approving.terms_propose(level_set_id=made.pk, new=later, now=NOW)
        approving.terms_approve(proposal_id=third.pk, now=NOW)

    # What was approved is what was proposed, in force from its day; nothing of it was there before.
    assert (second.version, second.begins_on, second.author) == (2, later.begins_on, "luis")
    ladders = [
        selectors_levels.ladder_of(level_set_id=made.pk, as_of=NOW.date() + timedelta(days=day)) for day in (8, 9)
    ]
    assert [step.threshold for (step,) in ladders] == [5, 9]
    assert LevelTerms.objects.count() == 3


def test_an_approved_rule_is_never_changed_and_its_successor_begins_where_it_ends(club: Program) -> None:
    first = shop.rule(club, "spend")
    second = shop.rule(club, "spend", factor="2", dates=(NOW.date() + timedelta(days=10), None))
    first.refresh_from_db()
    retired = rules.rule_retire(rule_id=first.rule_id, on=NOW.date() + timedelta(days=20), now=NOW)

    assert (first.state, first.ends_on) == ("superseded", second.starts_on)
    assert (retired.pk, retired.ends_on) == (second.pk, NOW.date() + timedelta(days=20))
    for change in ("definition = '{}'", "state = 'draft'", "starts_on = '2020-01-01'", "authors = '[]'"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE programs_ruleversion SET {change} WHERE id = %s", [first.pk])
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
        RuleVersion.objects.filter(pk=first.pk).delete()
    with pytest.raises(RuleError, match="begins on"):
        shop.rule(club, "spend", dates=(date(2024, 1, 1), None))


def test_a_rule_that_makes_no_sense_is_refused_in_both_languages(club: Program) -> None:
    spanish = language.translator("es")

    with pytest.raises(ConditionError) as wrong:
        rules.rule_draft(
            program_id=club.pk, code="x", name="x", definition={**SPEND, "condition": "levl = gold"}, now=NOW
        )
    with pytest.raises(RuleError) as unknown:
        rules.rule_draft(program_id=club.pk, code="x", name="x", definition={**SPEND, "unit": "miles"}, now=NOW)

    assert str(wrong.value) == "At character 1, 'levl' is no attribute: did you mean level?"
    assert wrong.value.say(spanish) == "En el carácter 1, 'levl' no es un atributo: ¿quería decir level?"
    assert unknown.value.say(spanish) != str(unknown.value)


def test_an_event_earns_once_and_is_taken_back(club: Program) -> None:
    _ana, member = shop.joined(club)
    shop.rule(club, "review", trigger="review", amount="fixed", factor="20", grant_class="survey")
    shop.rule(club, "visit", trigger="event", subject=["Visited"], amount="fixed", factor="5", condition="hour >= 14")
    shop.rule(club, "birthday", trigger="birthday", amount="fixed", factor="100", grant_class="birthday")
    happenings.birthday_tell(member_id=member.pk, month=2, day=29)
    told = [
        Happening(member.pk, "review", "web", "7", NOW),
        Happening(member.pk, "event", "web", "8", NOW, {"event": "Visited"}),
        Happening(member.pk, "event", "web", "9", NOW - timedelta(hours=6), {"event": "Visited"}),
        Happening(member.pk, "review", "web", "0", NOW - timedelta(days=400)),
    ]

    for _time in range(2):
        happenings.happenings_award(program_id=club.pk, happenings=told, now=NOW)
        for year, day in ((2024, 28), (2024, 29), (2025, 28)):
            happenings.birthdays_award(program_id=club.pk, on=date(year, 2, day), now=NOW)
    before = shop.balance(member)
    happenings.happening_withdraw(program_id=club.pk, trigger="review", source="web", key="7", now=NOW)

    assert before == 20 + 5 + 2 * 100
    assert shop.balance(member) == before - 20
    assert Posting.objects.filter(kind="award").count() == 4


def test_a_dry_run_says_what_a_rule_gives_and_why_another_does_not_and_writes_nothing(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend", rounding="half_even")
    shop.rule(club, "gold", condition="level = gold or order_net >= 500")
    shop.rule(club, "month", caps=[{"points": 25, "period": "month"}])
    shop.rule(club, "double", amount="multiplier", factor="2", trigger="category", subject=["Toys"])
    shop.bought(ana, "A1", shop.line(20_00))
    written = (Posting.objects.count(), Earning.objects.count())

    tried = Tried(member.pk, NOW, [TriedLine(10_50, product="oso", category="Toys / Wood"), TriedLine(5_00)])
    told = {each.rule.code: each for each in trying.dry_run(program_id=club.pk, tried=tried)}

    assert [(line.line, line.base, line.points) for line in told["spend"].lines] == [(0, 10_50, 11), (1, 5_00, 5)]
    assert (told["month"].points, told["month"].capped) == (5, 10)
    assert told["gold"].points == 0
    assert [str(reason) for reason in told["gold"].reasons] == [
        "level = 'gold' is not so: level is ''.",
        "order_net >= 500 is not so: order_net is 15.5.",
    ]
    assert told["double"].points == 21
    assert (Posting.objects.count(), Earning.objects.count()) == written


def test_a_change_is_replayed_over_real_orders_and_equals_a_query(club: Program) -> None:
    buyers = [shop.joined(club, name) for name in ("Ana", "Luis", "Eva")]
    shop.rule(club, "spend")
    shop.rule(club, "gone", amount="fixed", factor="7", condition="weekday in (sat, sun)")
    for number in range(24):
        ana, _member = buyers[number % 3]
        lines = [shop.line(1_000 + number * 137, "mesa", 2), shop.line(755, "oso")]
        placed = shop.bought(ana, f"A{number}", *lines, days_ago=number * 3)
        if number % 5 == 0:
            sold = OrderLine.objects.filter(order=placed).order_by("row_number")[0]
            back = shop.line(-(1_000 + number * 137) // 2, "mesa", -1, returns=(placed.pk, sold.pk))
            shop.bought(ana, f"R{number}", back)

    spring = {"starts_on": date(2024, 4, 1), "ends_on": date(2024, 7, 1), "now": NOW}
    same = replays.replay_ask(program_id=club.pk, changes={}, **spring)
    better = {**SPEND, "factor": "1.5", "caps": [{"points": 40, "period": "month"}]}
    changed = replays.replay_ask(
        program_id=club.pk, changes={"spend": better, "gone": None}, cost_minor_per_1000=Decimal(500), **spring
    )
    assert ProcrastinateJob.objects.filter(task_name="programs.replay_make").count() == 2
    nothing, found = (replays.replay_make(replay_id=each.pk).result["units"]["points"] for each in (same, changed))

    # The same rules change nothing, and give what members were given for these orders.
    again = orders.program_settle(program_id=club.pk, now=NOW)
    assert (again.looked_at, again.evaluated) == (24, 0)
    assert [version.version for version in selectors.rule_list(program_id=club.pk)[1].versions.all()] == [1]
    assert [each.state for each in selectors.replay_list(program_id=club.pk)] == ["done", "done"]
    assert (nothing["winners"], nothing["losers"], nothing["liability_points"]) == (0, 0, 0)
    assert nothing["new"] == sum(shop.balance(member) for _ana, member in buyers)
    with connection.cursor() as cursor:
        cursor.execute(_BY_QUERY)
        wanted = {name: int(points) for name, points in cursor.fetchall()}
    assert {each["name"]: each["new"] for each in found["by_month"]} == wanted
    assert found["new"] == sum(wanted.values())
    assert found["liability_points"] == found["new"] - found["old"]
    assert found["liability_minor"] == round(found["liability_points"] * 500 / 1000)
    assert found["winners"] + found["losers"] + found["unchanged"] == 3


def test_a_replay_stops_a_campaign_at_the_moment_it_stopped_in_earnest(club: Program) -> None:
    """Placed one by one, with goods that come back between them, points by hand, and a part given before the period."""
    _buyer, member = shop.joined(club)
    ana, _member = shop.joined(club, "Ana Luz")
    shop.rule(club, "spend", campaign="spring")
    shop.rule(club, "toys", trigger="product", subject=["oso"], amount="per_piece", factor="7", campaign="spring")
    shop.rule(club, "few", amount="fixed", factor="1", caps=[{"scope": "program", "times": 12}])
    finance.budget_set(program_id=club.pk, campaign="spring", points=400, author="eva", now=NOW)
    stopped: list[str] = []
    sold: dict[int, Order] = {}
    brought = {3: 3, 9: 7, 12: 8}

    def stops(**_fact: Any) -> None:
        stopped.append(f"A{number}")

    facts.campaign_stopped.connect(stops)
    try:
        for number in range(16):
            line = shop.line(20_00 + number * 1_37, "mesa", 3)
            placed = shop.bought(ana, f"A{number}", line, shop.line(9_99, "oso", 2), days_ago=60 - number * 3)
            sold[number] = placed
            if number in brought:
                before = sold[brought[number]]
                backs = [shop.back(before, pieces=2, of=3), shop.back(before, row=2, pieces=1, of=2)]
                shop.bought(ana, f"R{number}", *backs, days_ago=59 - number * 3)
            if number == 5:
                wallet = programs.wallet(club.units.get(), member)
                at = NOW - timedelta(days=60 - number * 3, hours=-1)
                programs.posted(club, programs.post(wallet, amount=25, campaign="spring", happened_at=at))
    finally:
        facts.campaign_stopped.disconnect(stops)
    starts = NOW.date() - timedelta(days=55)
    asked = {"program_id": club.pk, "starts_on": starts, "ends_on": NOW.date(), "now": NOW}
    dearer = {**SPEND, "factor": "2", "campaign": "spring"}
    made = replays.replay_ask(changes={"spend": dearer}, **asked)
    result = replays.replay_make(replay_id=made.pk).result

    orders_of = dict(Order.objects.values_list("number", "happened_at"))
    held: Any = EarnedAward.objects.filter(earning__happened_at__date__gte=starts)
    sums = held.values_list("rule__code").annotate(held=Sum(F("given") - F("taken"))).order_by("rule__code")
    budget, few = result["budgets"]
    assert {each["name"]: each["old"] for each in result["units"]["points"]["by_rule"]} == dict(sums)
    assert budget["old"]["spent_at"] == orders_of[stopped[0]].isoformat()
    assert orders_of["A4"] < datetime.fromisoformat(budget["new"]["spent_at"]) < orders_of[stopped[0]]
    assert 0 < budget["old"]["cut"] < budget["new"]["cut"]
    # Before the period the first two orders took theirs of the twelve.
    assert (few["of"], few["name"], few["old"]) == ("rule", "few", few["new"])
    assert (few["old"]["spent_at"], few["old"]["cut"]) == (orders_of["A12"].isoformat(), 4)
    # Returns made room after it had run out: it stopped three times.
    assert stopped == ["A8", "A10", "A13"]


def test_a_replay_knows_what_members_used_up_of_their_limits_before_it(club: Program) -> None:
    ana, _member = shop.joined(club)
    limits = {"week": 9, "month": 9, "quarter": 30, "year": 40, "ever": 41}
    for name, most in limits.items():
        limit = {"points": most} if most < 10 else {"times": most}
        shop.rule(club, name, amount="fixed", factor="7", caps=[{**limit, "period": name}])
    for number in range(60):
        shop.bought(ana, f"A{number}", shop.line(20_00), days_ago=120 - number * 2)

    starts = NOW.date() - timedelta(days=46)
    made = replays.replay_ask(program_id=club.pk, changes={}, starts_on=starts, ends_on=NOW.date(), now=NOW)
    result = replays.replay_make(replay_id=made.pk).result

    period = [datetime.combine(day, time.min, ZoneInfo(club.zone)) for day in (starts, NOW.date())]
    held: Any = EarnedAward.objects.filter(earning__happened_at__gte=period[0], earning__happened_at__lt=period[1])
    sums = dict(held.values_list("rule__code").annotate(held=Sum(F("given") - F("taken"))))
    assert {each["name"]: each["new"] for each in result["units"]["points"]["by_rule"]} == {
        name: sums.get(name, 0) for name in limits
    }


_BY_QUERY = """
WITH ordered AS (
    SELECT placed.id, placed.customer_id AS customer, placed.happened_at AS at,
        to_char(placed.happened_at AT TIME ZONE 'Europe/Madrid', 'YYYY-MM') AS month,
        floor(sum(line.net_minor) * 1.5 / 100) AS wanted, sum(line.net_minor) AS net
    FROM identify_order AS placed JOIN identify_orderline AS line ON line.order_id = placed.id
    WHERE line.quantity > 0 AND placed.happened_at >= '2024-04-01 00:00+02' GROUP BY placed.id
), limited AS (
    SELECT *, least(40, sum(wanted) OVER (PARTITION BY customer, month ORDER BY at, id))
        - least(40, sum(wanted) OVER (PARTITION BY customer, month ORDER BY at, id) - wanted) AS given FROM ordered
), parts AS (
    SELECT limited.*, line.id AS line, line.quantity, wanted * line.net_minor / limited.net AS exact,
        (SELECT coalesce(sum(-back.quantity), 0) FROM identify_orderline AS back WHERE back.returns_line_id = line.id)
            AS back, row_number() OVER (PARTITION BY limited.id ORDER BY line.id) AS place
    FROM limited JOIN identify_orderline AS line ON line.order_id = limited.id AND line.quantity > 0
), ranked AS (
    SELECT *, floor(exact) + (row_number() OVER (PARTITION BY id ORDER BY floor(exact) - exact, place)
        <= wanted - sum(floor(exact)) OVER (PARTITION BY id))::int AS before FROM parts
), again AS (
    SELECT *, given * before / nullif(wanted, 0) AS exactly FROM ranked
), kept AS (
    SELECT *, floor(exactly) + (row_number() OVER (PARTITION BY id ORDER BY floor(exactly) - exactly, place)
        <= given - sum(floor(exactly)) OVER (PARTITION BY id))::int AS points FROM again
)
SELECT month, sum(points - floor(points * back / quantity)) FROM kept GROUP BY month
"""
