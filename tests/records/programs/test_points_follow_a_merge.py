"""A customer who was two has what both had: points are counted and spent together, and apart again after an undo."""

from datetime import date

import pytest
from django.db import connection
from tests.make import club as clubs
from tests.make import programs, rewards, served
from tests.make.rewards import NOW, Club

from vinculo.foundation import actor
from vinculo.identify.records.membership import preview
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Customer, Merge
from vinculo.identify.records.rights import collection, erasure
from vinculo.programs.records import standings
from vinculo.programs.records.belonging import ballots
from vinculo.programs.records.customers import standing
from vinculo.programs.records.ledger import members, selectors, verify, wallets
from vinculo.programs.records.levels import services as levels
from vinculo.programs.records.models import Account, Lot, Member, Posting, Redemption
from vinculo.programs.records.rewards import redemptions, resolving

pytestmark = pytest.mark.usefixtures("records")


def merged(*customers: Customer) -> Merge:
    with actor.acting("ana"):
        return membership.customers_merge(
            customer_ids=[each.pk for each in customers], now=NOW, survivor=customers[0].pk
        )


def separated(made: Merge) -> None:
    with actor.acting("ana"):
        membership.merge_undo(merge_id=made.pk, now=NOW)


def two(club: Club, points: tuple[int, int] = (300, 200)) -> tuple[list[Customer], list[Member]]:
    """Return two customers, with the cards of both."""
    buyers = [rewards.customer("Ana"), rewards.customer("A. Ruiz")]
    return buyers, [club.member(each, customer_id=buyer.pk) for buyer, each in zip(buyers, points, strict=True)]


def together(club: Club, *customers: Customer) -> tuple[int, int, int]:
    """Return what customers have as one: to spend, promised, set aside."""
    found = standing.standing_of(customer_ids=[each.pk for each in customers], program_id=club.program.pk)
    (held,) = found.held
    return held.available, held.pending, held.blocked


class TestSpending:
    def test_what_lacks_is_gathered_from_the_other_card_with_its_last_day_and_the_rest_stays(self) -> None:
        club = rewards.club()
        (one, other), (card, sibling) = two(club, (300, 0))
        wallet = wallets.wallet_open(member_id=sibling.pk, unit_id=club.unit.pk, now=NOW)
        club.award(wallet, 120, expires_on=date(2026, 9, 30))
        club.award(wallet, 80, expires_on=date(2026, 6, 30))
        club.reward("lamp", points=450)
        made = merged(one, other)

        done = club.reserve(card, "lamp")

        assert (done.refused, together(club, one, other)) == ("", (50, 0, 450))
        assert (club.points(card), club.points(sibling)) == (0, 50)
        moved = Posting.objects.get(kind="transfer", outcome="")
        assert (moved.amount, moved.source) == (150, "gathering")
        own = wallets.wallet_open(member_id=card.pk, unit_id=club.unit.pk, now=NOW)
        brought = Lot.objects.filter(account_id=own).exclude(expires_on=None)
        assert sorted(brought.values_list("expires_on", "issued")) == [(date(2026, 6, 30), 80), (date(2026, 9, 30), 70)]
        resolving.redemption_cancel(redemption_id=done.redemption_id, now=NOW)
        separated(made)
        assert (club.points(card), club.points(sibling)) == (450, 50)
        assert verify.verify(club.program.pk) == []

    def test_nothing_is_moved_where_it_is_not_enough_not_needed_or_not_the_same_customer(self) -> None:
        club = rewards.club()
        (one, other), (card, sibling) = two(club)
        club.reward("mug", points=300)
        club.reward("lamp", points=450)
        club.reward("boat", points=501)

        assert club.reserve(card, "lamp").refused == "points.insufficient"
        made = merged(one, other)
        assert club.reserve(card, "boat").refused == "points.insufficient"
        assert club.reserve(card, "mug").refused == ""
        separated(made)
        assert club.reserve(sibling, "lamp").refused == "points.insufficient"
        assert not Posting.objects.filter(kind="transfer").exists()
        assert (club.points(card), club.points(sibling)) == (0, 200)

    def test_the_same_wish_again_gathers_nothing_more_and_blocked_cards_give_nothing(self) -> None:
        club = rewards.club()
        (one, other), (card, sibling) = two(club)
        club.reward("lamp", points=400)
        merged(one, other)
        wish = club.wish(card, "lamp")
        Member.objects.filter(pk=sibling.pk).update(state="blocked")
        assert redemptions.redemption_reserve(wish, now=NOW).refused == "points.insufficient"
        Member.objects.filter(pk=sibling.pk).update(state="active")

        again = club.wish(card, "lamp")
        for _time in range(2):
            assert redemptions.redemption_reserve(again, now=NOW).refused == ""

        assert list(Posting.objects.filter(kind="transfer").values_list("amount", flat=True)) == [100]


def test_the_best_level_counts_and_new_points_go_to_the_oldest_card() -> None:
    of = clubs.opened()
    status = of.units.get(code="status")
    level_set = levels.level_set_open(
        program_id=of.pk, new=levels.NewSet("status", "Status", "Estatus", unit_id=status.pk), now=clubs.NOW
    )
    ladder = [levels.NewLevel(1, "silver", "Silver", "Plata", 100), levels.NewLevel(2, "gold", "Gold", "Oro", 500)]
    levels.terms_publish(level_set_id=level_set.pk, new=levels.NewTerms(ladder), author="ana", now=clubs.NOW)
    clubs.rule(of, "spend")
    ana, card = clubs.joined(of, on=date(2024, 2, 1))
    other, older = clubs.joined(of, "A. Ruiz")
    third = served.customer("Ana R.", number="C9", country="Spain")
    account = wallets.wallet_open(member_id=older.pk, unit_id=status.pk, now=clubs.NOW)
    programs.posted(of, programs.post(account, amount=700, happened_at=clubs.NOW), now=clubs.NOW)
    merged(ana, other, third)

    clubs.bought(third, "1", clubs.line(10_00))
    clubs.bought(ana, "2", clubs.line(5_00))

    found = standing.standing_of(customer_ids=[ana.pk, other.pk, third.pk], program_id=of.pk)
    assert [each.pk for each in found.members] == [older.pk, card.pk]
    assert [place.level.code for place in found.places if place.level] == ["gold"]
    assert (clubs.balance(older), clubs.balance(card)) == (10, 5)
    assert standings.standing_of(member_id=card.pk).levels == {"silver", "gold"}
    first = standing.card_of(customer_ids=[ana.pk, other.pk, third.pk], program_id=of.pk)
    assert first is not None
    assert first.pk == older.pk


def test_a_preview_names_cards_and_points_of_both_sides() -> None:
    club = rewards.club()
    (one, other), (card, _sibling) = two(club)
    club.reward("mug", points=100)
    club.reserve(card)

    seen = preview.merge_preview(customer_ids=[one.pk, other.pk], survivor=one.pk)

    said = [{str(name): count for name, count in side.children} for side in seen.sides]
    wanted = ("Memberships", "Redemptions", "Club: points")
    assert [[each[name] for name in wanted] for each in said] == [[1, 1, 200], [1, 0, 200]]


VALUES = ("zoraida", "quintanilla")


def holding() -> set[str]:
    """Return the tables of programmes in which a value of the person is written."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'programs%'")
        tables = [table for (table,) in cursor.fetchall()]
        assert len(tables) > 30
        for table in tables:
            cursor.execute(f"SELECT string_agg(row_to_json(line_of)::text, '') FROM {table} AS line_of")
            written = str(cursor.fetchone()[0] or "").lower()
            if any(value in written for value in VALUES):
                found.add(table)
    return found


def test_a_person_is_told_all_of_it_and_erased_leaves_points_of_nobody(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    of = clubs.opened()
    clubs.rule(of, "spend")
    buyer = served.customer("Zoraida Quintanilla", number="Zoraida", country="Spain")
    card = members.member_join(program_id=of.pk, customer_id=buyer.pk, on=date(2024, 1, 1))
    # Orders without a number are told by who bought them, and when.
    clubs.bought(buyer, "~Zoraida~2024-06-01", clubs.line(10_00))
    with actor.acting("ana"):
        ballots.suggestion_write(member_id=card.pk, text="Quintanilla wants more colours.", now=NOW)
    assert holding() == {"programs_earning", "programs_suggestion"}

    told = dict(collection.collected(customer_ids=[buyer.pk]))
    (of_card,) = told["memberships"]
    assert (of_card["number"], of_card["points"][0]["amount"]) == (card.number, 10)
    assert of_card["suggestions"][0]["text"] == "Quintanilla wants more colours."

    erasure.person_erase(customer_ids=[buyer.pk], now=NOW)

    assert holding() == set()
    card.refresh_from_db()
    assert (card.state, Posting.objects.count(), selectors.balances_of(card)[0].available) == ("left", 1, 10)
    assert verify.verify(of.pk) == []
    assert not Redemption.objects.exists()
    assert Account.objects.filter(member=card).exists()
