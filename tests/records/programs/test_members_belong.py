"""Belonging in the store: merits follow what members do and what comes back; votes, suggestions, early access."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.make import members, served, store

from vinculo.identify.records.models import OrderLine
from vinculo.identify.records.rights import erasure
from vinculo.programs.records.belonging import ballots, challenges, drafting, giving, occasions, selectors, sweeps
from vinculo.programs.records.belonging.ballots import Answer, BallotError, SuggestionError, Wording
from vinculo.programs.records.belonging.challenges import JoinError
from vinculo.programs.records.earning import happenings
from vinculo.programs.records.models import (
    Account,
    Badge,
    Challenge,
    Level,
    Member,
    Merit,
    Posting,
    Program,
    Streak,
    Suggestion,
    Vote,
)

TODAY = served.NOW.date()


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def moment(ago: int) -> datetime:
    return served.NOW - timedelta(days=ago)


def buy(of: Member, number: str, ago: int, net_minor: int = 2000, product: str = "silla") -> OrderLine:
    assert of.customer is not None
    order = served.order(of.customer, number, days_ago=ago, lines=[{"product": product, "net_minor": net_minor}])
    return order.lines.get()


def bring_back(of: Member, line: OrderLine, number: str, ago: int = 0) -> None:
    assert of.customer is not None
    back = {"product": "silla", "net_minor": -line.net_minor, "returns": line}
    served.order(of.customer, number, days_ago=ago, lines=[back])


def balance(of: Member) -> int:
    found = Account.objects.filter(member=of, unit__code="points", kind="wallet").values_list("balance", flat=True)
    return found.first() or 0


def challenge(of: Program, **fields: object) -> Challenge:
    said = {
        "code": "three",
        "name_en": "Three",
        "name_es": "Tres",
        "goal": "orders",
        "target": 2,
        "state": "open",
        "begins_on": day(30),
        "ends_on": day(5),
        "points": 50,
        "unit": members.unit(of, "points"),
        **fields,
    }
    return Challenge.objects.create(program=of, **said)


def test_a_challenge_is_rewarded_once_and_taken_back_with_its_purchases(records: store.Database) -> None:
    club = members.program()
    badge = Badge.objects.create(program=club, code="b", name_en="Regular", name_es="Habitual")
    made, ana = challenge(club, badge=badge), members.member(club)
    challenges.challenge_join(challenge_id=made.pk, member_id=ana.pk, now=moment(20))
    challenges.challenge_join(challenge_id=made.pk, member_id=ana.pk, now=moment(10))
    buy(ana, "before", 25)
    line = buy(ana, "A1", 15)
    sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    early = balance(ana)
    buy(ana, "A2", 6)
    buy(ana, "too late", 2)

    first = sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    again = sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    (place,) = selectors.challenge_list(member=ana, as_of=TODAY)
    rewarded = balance(ana), len(selectors.badge_list(member_id=ana.pk))
    bring_back(ana, line, "R1")
    sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    returned = balance(ana), len(selectors.badge_list(member_id=ana.pk))
    assert ana.customer is not None
    OrderLine.objects.filter(order__number="R1").delete()
    sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)

    assert (early, rewarded, returned, balance(ana)) == (0, (50, 1), (0, 0), 50)
    assert (len(first.given), again) == (1, giving.Settled())
    assert place.progress is not None
    assert place.merit is not None
    assert (place.progress.done, place.progress.reached_on, place.merit.points) == (2, day(6), 50)
    assert selectors.challenge_figures(challenge_id=made.pk) == (1, 1)
    assert list(Posting.objects.order_by("id").values_list("kind", "grant_class")) == [
        ("award", "challenge"),
        ("reverse", ""),
        ("award", "challenge"),
    ]


@pytest.mark.parametrize(
    ("goal", "target", "fields", "reached"),
    [
        ("spend", 4000, {}, True),
        ("spend", 4001, {}, False),
        ("products", 1, {"products": ["mesa"]}, True),
        ("products", 2, {"products": ["mesa"]}, False),
    ],
)
def test_a_challenge_counts_what_its_goal_says(
    records: store.Database, goal: str, target: int, fields: dict[str, object], reached: bool
) -> None:
    club = members.program()
    made, ana = challenge(club, goal=goal, target=target, **fields), members.member(club)
    challenges.challenge_join(challenge_id=made.pk, member_id=ana.pk, now=moment(20))
    buy(ana, "A1", 15)
    buy(ana, "A2", 14, product="mesa")

    settled = challenges.challenge_settle(challenge_id=made.pk, as_of=TODAY, now=served.NOW)

    assert bool(settled.given) == reached


def test_only_members_join_and_only_what_is_open(records: store.Database) -> None:
    club = members.program()
    made, other = challenge(club), members.member(members.program("other"))
    ana = members.member(club)

    for member_id, now in ((other.pk, moment(10)), (ana.pk, moment(1))):
        with pytest.raises(JoinError):
            challenges.challenge_join(challenge_id=made.pk, member_id=member_id, now=now)
    challenges.challenge_join(challenge_id=made.pk, member_id=ana.pk, now=moment(10))
    assert challenges.challenge_leave(challenge_id=made.pk, member_id=ana.pk)


def test_a_streak_is_rewarded_at_its_lengths_and_goes_on(records: store.Database) -> None:
    club = members.program()
    Streak.objects.create(
        program=club, code="weeks", name_en="Weeks", name_es="Semanas", every="week", grace=1, state="open",
        begins_on=day(100), unit=members.unit(club, "points"), rewards=[[2, 10], [3, 30]],
    )  # fmt: skip
    ana = members.member(club)
    monday = TODAY.weekday()
    for number, weeks in enumerate((4, 3, 1)):
        buy(ana, f"S{number}", monday + 7 * weeks)

    sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    (place,) = selectors.streak_list(member_id=ana.pk, as_of=TODAY)

    assert balance(ana) == 40
    assert place.run is not None
    assert (place.run.length, place.run.missed, place.next_length) == (3, 1, None)
    assert place.continue_until == TODAY - timedelta(days=monday) + timedelta(days=6)


def test_a_member_has_one_vote_and_sees_the_result_when_it_is_closed(records: store.Database) -> None:
    club = members.program()
    ana, luis = members.member(club), members.member(club)
    made = ballots.ballot_open(
        program_id=club.pk,
        kind="cause",
        wording=Wording("Which cause?", "¿Qué causa?"),
        options=[Wording("Forest", "Bosque"), Wording("Sea", "Mar")],
        opens_at=moment(10),
        closes_at=moment(1),
    )
    forest, sea = made.options.order_by("position")

    ballots.vote_give(ballot_id=made.pk, member_id=ana.pk, option_id=sea.pk, now=moment(9))
    ballots.vote_give(ballot_id=made.pk, member_id=ana.pk, option_id=forest.pk, now=moment(8))
    ballots.vote_give(ballot_id=made.pk, member_id=luis.pk, option_id=forest.pk, now=moment(7))
    (during,) = selectors.ballot_list(program_id=club.pk, now=moment(5), member_id=luis.pk)
    (after,) = selectors.ballot_list(program_id=club.pk, now=served.NOW, member_id=luis.pk)

    assert Vote.objects.count() == 2
    assert (during.open, during.mine, during.result) == (True, forest.pk, ())
    assert [(each.option_id, each.votes) for each in after.result] == [(forest.pk, 2), (sea.pk, 0)]
    for now in (moment(11), moment(1)):
        with pytest.raises(BallotError):
            ballots.vote_give(ballot_id=made.pk, member_id=ana.pk, option_id=sea.pk, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(ballot=made, member=ana, option=sea, voted_at=served.NOW)


def test_members_see_the_answers_to_their_suggestions_and_to_published_ones(records: store.Database) -> None:
    club = members.program()
    ana, luis = members.member(club), members.member(club)
    mine = ballots.suggestion_write(member_id=ana.pk, text=" A bench ", now=moment(3))
    ballots.suggestion_write(member_id=ana.pk, text="A bench", now=moment(2))
    before = selectors.suggestions_seen_by(member_id=luis.pk)

    ballots.suggestion_answer(
        suggestion_id=mine.pk, answer=Answer("done", "It is there.", published=True), author="carmen", now=moment(1)
    )

    assert Suggestion.objects.count() == 1
    assert before == []
    assert [each.answer for each in selectors.suggestions_seen_by(member_id=luis.pk)] == ["It is there."]
    assert selectors.suggestion_list(program_id=club.pk, state="new") == []
    with pytest.raises(SuggestionError):
        ballots.suggestion_write(member_id=ana.pk, text="  ", now=moment(1))


def test_higher_levels_see_it_first(records: store.Database) -> None:
    chosen = members.level_set(members.program())
    gold, plain = members.member(chosen.program), members.member(chosen.program)
    members.award(gold, 600, "2024-05-01")
    ballots.early_access_set(
        level_set_id=chosen.pk, subject="mesa", name=("New tables", "Mesas nuevas"),
        by_rank={2: date(2024, 6, 5)}, public_on=date(2024, 6, 10),
    )  # fmt: skip

    opened = [
        selectors.opens_on(program_id=chosen.program_id, subject="mesa", member_id=each and each.pk)
        for each in (gold, plain, None)
    ]

    assert opened == [date(2024, 6, 5), date(2024, 6, 10), date(2024, 6, 10)]
    assert selectors.opens_on(program_id=chosen.program_id, subject="other", member_id=gold.pk) is None
    assert [row.subject for row, _on in selectors.early_access_list(member_id=gold.pk, as_of=date(2024, 6, 1))] == [
        "mesa"
    ]
    assert selectors.early_access_list(member_id=plain.pk, as_of=date(2024, 6, 1)) == []


def test_years_as_a_customer_are_recognised_without_points(records: store.Database) -> None:
    club = members.program()
    ana = members.member(club, joined_on="2023-08-01")
    buy(ana, "first", 3653)

    ends = TODAY + timedelta(days=90)
    happenings.birthday_tell(member_id=ana.pk, month=day(-5).month, day=day(-5).day)

    found = selectors.occasions_of(member_id=ana.pk, begins=TODAY, ends=ends)
    listed = [
        [(each.occasion.on, each.occasion.kind) for each in occasions.occasion_list(
            program_id=club.pk, zone="UTC", begins=TODAY, ends=ends, birthdays=birthdays)]
        for birthdays in (True, False)
    ]  # fmt: skip

    assert [str(each.kind) for each in found] == ["customer", "birthday", "member"]
    assert [each.years for each in found if each.kind != "birthday"] == [10, 1]
    assert selectors.years_as_customer(member_id=ana.pk, as_of=TODAY) == 10
    everything = [(each.on, each.kind) for each in found]
    assert (day(-5), "birthday") in everything
    assert listed == [everything, [each for each in everything if each[1] != "birthday"]]


def test_badges_are_given_at_a_level_and_after_years_and_stay(records: store.Database) -> None:
    club = members.program()
    levels = members.level_set(club)
    gold = Level.objects.get(level_set=levels, code="gold")
    words = {code: Wording(code, code, "", "") for code in ("gold", "decade")}
    drafting.badge_write(program_id=club.pk, code="gold", wording=words["gold"], level_id=gold.pk)
    drafting.badge_write(program_id=club.pk, code="decade", wording=words["decade"], years=10)
    ana, ben, eva = (members.member(club) for _member in range(3))
    members.award(ana, 600, "2024-05-01")
    buy(ben, "long ago", 3653)
    buy(eva, "a day short", 3651)

    hourly = sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW, everybody=False)
    nightly, again = (sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW) for _time in range(2))
    drafting.badge_write(program_id=club.pk, code="gold", wording=words["gold"])
    after = sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    held = {
        each.pk: [str(merit.badge) for merit in selectors.badge_list(member_id=each.pk)] for each in (ana, ben, eva)
    }

    assert held == {ana.pk: ["gold"], ben.pk: ["decade"], eva.pk: []}
    assert [len(each.given) for each in (hourly, nightly, again, after)] == [0, 2, 0, 0]
    assert after.taken_back == ()
    with pytest.raises(drafting.DraftError, match="not both"):
        drafting.badge_write(program_id=club.pk, code="gold", wording=words["gold"], level_id=gold.pk, years=1)


def test_an_erasure_takes_what_was_written_and_leaves_points(records: store.Database) -> None:
    club = members.program()
    ana = members.member(club)
    made = challenge(club, target=1)
    challenges.challenge_join(challenge_id=made.pk, member_id=ana.pk, now=moment(20))
    buy(ana, "A1", 15)
    sweeps.sweep(program_id=club.pk, as_of=TODAY, now=served.NOW)
    ballots.suggestion_write(member_id=ana.pk, text="I am Ana and want a bench", now=moment(3))

    erasure.person_erase(customer_ids=[ana.customer_id or 0], now=served.NOW)

    assert list(Suggestion.objects.values_list("text", flat=True)) == ["-"]
    assert (Merit.objects.count(), balance(ana)) == (1, 50)
