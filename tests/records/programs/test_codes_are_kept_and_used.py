"""Codes: kept as digests, brought by files, shown to their member, used at the till, and never guessed."""

import csv
import io
from datetime import date, timedelta

import pytest
from tests.make import rewards as made
from tests.make import store
from tests.make.rewards import LATER, NOW, Club

from vinculo.programs.records.models import CodeTry, Redemption, RewardCode
from vinculo.programs.records.rewards import resolving, selectors, till, vault
from vinculo.programs.records.rewards.till import Presented
from vinculo.programs.rewards import codes

TODAY = NOW.date()


@pytest.fixture
def club(records: store.Database) -> Club:
    return made.club()


def show(club: Club, text: str, *subjects: str, key: str = "") -> Presented:
    return Presented(club.program.pk, text, subjects or ("till:1", "staff:ana"), place="Centro", key=key)


def test_the_store_holds_no_code(club: Club) -> None:
    club.reward(codes="pool")
    mug = club.reward("made")
    vault.codes_import(reward_id=mug.pk, content=b"code\nSUMMER-SUN-1\n", today=TODAY, now=NOW)
    text = club.reserve(club.member(), "made").code

    stored = [
        " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for v in row.values())
        for row in RewardCode.objects.values()
    ]

    assert len(text) == 21
    assert not any(text in row or codes.normalised(text) in row or "SUMMER" in row for row in stored)
    digests = {bytes(each.digest) for each in RewardCode.objects.all()}
    assert codes.digest(vault.key(), text) in digests
    assert codes.digest(b"another key", text) not in digests


def test_a_till_finds_and_uses_a_code_once(club: Club) -> None:
    ana = club.member()
    club.reward("ten", kind="money_off", amount_minor=1_000)
    text = club.reserve(ana, "ten").code

    found = till.code_find(show(club, text.lower().replace("-", " ")), now=NOW)
    used = till.code_use(show(club, text, key="sale 1"), now=NOW)
    again = till.code_use(show(club, text, key="sale 1"), now=NOW)
    other = till.code_use(show(club, text, key="sale 2"), now=NOW)

    assert found.reward is not None
    assert (found.refused, found.member_id, found.reward.amount_minor) == ("", ana.pk, 1_000)
    assert [each.refused for each in (used, again, other)] == ["", "", "code.used"]
    assert (used.replayed, again.replayed, club.points(ana)) == (False, True, 700)
    code = RewardCode.objects.get()
    assert (bytes(code.salt), vault.text_of(code), code.place) == (b"", "", "Centro")
    assert selectors.redemptions_of(customer_ids=[]) == []


def test_a_code_that_is_out_of_time_or_cancelled_is_good_for_nothing(club: Club) -> None:
    ana = club.member()
    club.reward()
    late, gone = club.reserve(ana), club.reserve(ana)
    resolving.redemption_cancel(redemption_id=gone.redemption_id, now=NOW)

    assert till.code_use(show(club, gone.code), now=NOW).refused == "code.void"
    assert till.code_use(show(club, late.code), now=LATER).refused == "code.expired"
    assert till.code_find(show(club, late.code), now=LATER).refused == "code.expired"


@pytest.mark.slow
def test_a_thousand_wrong_codes_are_slowed_to_forty_days(club: Club) -> None:
    text = club.reserve(club.member(), club.reward().code).code
    now, waits, tried = NOW, list[int](), 0
    while tried < 1_000:
        wrong = codes.from_entropy(tried.to_bytes(codes.ENTROPY_BYTES, "big"))
        answer = till.code_use(show(club, wrong), now=now)
        assert answer.refused == "code.unknown"
        tried += 1
        if answer.wait_seconds:
            if len(waits) < 3:
                locked = till.code_use(show(club, text), now=now + timedelta(seconds=answer.wait_seconds - 1))
                assert (locked.refused, locked.wait_seconds) == ("code.wait", 1)
            waits.append(answer.wait_seconds)
            now += timedelta(seconds=answer.wait_seconds)

    assert waits[:3] == [15, 30, 60]
    assert now - NOW > timedelta(days=40)
    assert Redemption.objects.get().state == "reserved"
    assert CodeTry.objects.count() == 2


def test_whoever_guesses_elsewhere_waits_and_others_do_not(club: Club) -> None:
    text = club.reserve(club.member(), club.reward().code).code
    for number in range(5):
        till.code_find(show(club, f"WRONG{number}", "till:1", "member:9"), now=NOW)

    assert till.code_find(show(club, text, "till:2", "member:9"), now=NOW).wait_seconds == 15
    assert CodeTry.objects.filter(subject="till:2").count() == 0
    assert till.code_find(show(club, text, "till:2"), now=NOW).refused == ""
    till.tries_forget(program_id=club.program.pk, subject="member:9")
    assert till.code_find(show(club, text, "member:9"), now=NOW).refused == ""


def test_looking_at_a_good_code_forgives_no_guess_and_using_it_does(club: Club) -> None:
    text = club.reserve(club.member(), club.reward().code).code
    for number in range(4):
        till.code_find(show(club, f"WRONG{number}", "till:1"), now=NOW)
        till.code_find(show(club, text, "till:1"), now=NOW)

    assert CodeTry.objects.get().failures == 4
    till.code_use(show(club, text, "till:1"), now=NOW)
    assert CodeTry.objects.get().failures == 0
    till.code_find(show(club, "WRONG9", "till:1"), now=NOW)
    till.code_find(show(club, "WRONG9", "till:1"), now=NOW + timedelta(days=2))
    assert CodeTry.objects.get().failures == 1


def test_a_file_of_codes_tells_what_is_wrong_and_repeats_change_nothing(club: Club) -> None:
    mug, cup = club.reward(codes="pool"), club.reward("cup", codes="pool")
    vault.codes_import(reward_id=cup.pk, content=b"code\nTAKEN-0001\n", today=TODAY, now=NOW)
    content = (
        "\ufeffcódigo;caduca_el\nSUN-00001;2026-12-31\nsun 00001;\nX;mañana\nTAKEN-0001;\nSUN-00002;2020-01-01\n\n"
        "MOON-77777;\n"
    ).encode()

    first, again = (vault.codes_import(reward_id=mug.pk, content=content, today=TODAY, now=NOW) for _ in range(2))

    assert (first.added, first.known, again.added, again.known) == (2, 0, 0, 2)
    assert [(each.row, each.column, each.found) for each in first.issues] == [
        (3, "code", "sun 00001"),
        (4, "code", "X"),
        (4, "expires_on", "mañana"),
        (5, "code", "TAKEN-0001"),
        (6, "expires_on", "2020-01-01"),
    ]
    assert str(first.issues[0].expected) == "a code that is not in row 2 too"


def test_a_code_at_hand_is_shown_when_it_is_paid_and_comes_back_unseen(club: Club) -> None:
    ana = club.member(customer=made.customer())
    mug = club.reward(codes="pool")
    vault.codes_import(
        reward_id=mug.pk, content=b"code,expires_on\nLATE-0001,\nSOON-0001,2026-03-31\n", today=TODAY, now=NOW
    )

    first = club.reserve(ana)
    (hidden,) = selectors.redemptions_of(customer_ids=[ana.customer_id or 0])
    resolving.redemption_cancel(redemption_id=first.redemption_id, now=NOW)
    second = club.reserve(ana)
    given = resolving.redemption_issue(redemption_id=second.redemption_id, now=NOW)
    again = resolving.redemption_issue(redemption_id=second.redemption_id, now=NOW)

    assert (first.code, hidden.code, given.code, again.code, again.replayed) == ("", "", "SOON-0001", "SOON-0001", True)
    assert selectors.redemptions_of(customer_ids=[ana.customer_id or 0])[0].code == "SOON-0001"
    assert till.code_use(show(club, "soon0001"), now=NOW).refused == ""
    assert club.points(ana) == 700


def test_codes_made_ahead_are_known_and_an_export_runs_nothing(club: Club) -> None:
    mug = club.reward(codes="pool")
    texts = vault.codes_generate(reward_id=mug.pk, count=3, now=NOW, expires_on=date(2026, 12, 31))
    RewardCode.objects.filter(pk=RewardCode.objects.order_by("id")[0].pk).update(
        place="=HYPERLINK(1)", last_four="=1+1"
    )

    rows = list(csv.reader(io.StringIO(b"".join(selectors.codes_export(reward_id=mug.pk)).decode())))

    assert len(set(texts)) == 3
    assert all(codes.is_ours(codes.normalised(each)) for each in texts)
    assert (rows[0], len(rows)) == (list(selectors.COLUMNS), 4)
    assert (rows[1][0], rows[1][-1]) == ("'=1+1", "'=HYPERLINK(1)")
    assert not any(codes.normalised(text) in ",".join(row) for text in texts for row in rows)
    assert till.code_find(show(club, texts[0]), now=NOW).refused == "code.unknown"
