"""Members sign in by a code that nobody finds by trying, that works once, and that no number of wrong ones kills."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from tests.make import mailbox, members, portal, served, store

from vinculo.identify.records.rights import erasure
from vinculo.programs.portal import codes, pacing
from vinculo.programs.records.models import PortalSession, SignInAsk, SignInPace
from vinculo.programs.records.portal import letters, paces, people, sessions, signin, tasks
from vinculo.programs.records.portal.signin import Entry, Wish

HERE = "192.0.2.7"


def ask(address: str = portal.EMAIL, network: str = HERE, **fields: str) -> signin.Asked:
    return signin.signin_ask(Wish(address, "en", network, **fields), now=timezone.now())


def enter(handle: str, code: str, *, after: timedelta = timedelta(), network: str = HERE) -> Entry:
    return signin.signin_with_code(handle=handle, code=code, network=network, now=timezone.now() + after)


def beginning(statement: str) -> str:
    """Return the first words of a statement without numbers, such as those of savepoints."""
    return re.sub(r"\d", "", " ".join(statement.split()[:3]))


def test_a_code_lets_in_once_in_the_browser_that_asked(records: store.Database) -> None:
    one = portal.guest(members.program())
    asked, elsewhere = ask(), ask()
    first, _second = portal.letters()
    code = portal.code_in(first)

    assert enter(elsewhere.handle, code) == Entry()
    key = enter(asked.handle, f" {code.replace(' ', '-')} ").key
    session = sessions.session_find(key=key, now=timezone.now())

    assert session is not None
    assert (session.customer, session.member) == (one.customer, one.member)
    assert enter(asked.handle, code) == Entry()
    assert signin.signin_with_link(signed=portal.link_in(first).split("/")[3], now=timezone.now()) == Entry()


def test_no_secret_is_kept_itself(records: store.Database) -> None:
    portal.guest(members.program())
    asked = ask()
    (letter,) = portal.letters()
    code, link = portal.code_in(letter), portal.link_in(letter).split("/")[3]
    key = signin.signin_with_link(signed=link, now=timezone.now()).key

    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text || s::text FROM programs_signinask AS a, programs_portalsession AS s")
        (kept,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(args::text, '') FROM procrastinate_jobs WHERE task_name LIKE 'programs.%'")
        (jobs,) = cursor.fetchone()
    assert [each for each in (code, code.replace(" ", ""), link, key, asked.handle) if each in kept + jobs] == []
    assert portal.EMAIL not in kept + jobs


def test_a_code_is_good_for_a_quarter_of_an_hour(records: store.Database) -> None:
    portal.guest(members.program())
    asked = ask()
    (letter,) = portal.letters()

    assert enter(asked.handle, portal.code_in(letter), after=codes.GOOD_FOR) == Entry()
    assert enter(asked.handle, portal.code_in(letter), after=codes.GOOD_FOR - timedelta(seconds=1)).key


def test_a_thousand_wrong_codes_lock_nobody_out(records: store.Database) -> None:
    portal.guest(members.program())
    asked = ask()
    (letter,) = portal.letters()
    code = portal.code_in(letter)
    wrong = [f"{number:08}" for number in range(1_001) if f"{number:04} {number:04}" != code][:1_000]
    now = timezone.now()

    found = [signin.signin_with_code(handle=asked.handle, code=each, network=HERE, now=now) for each in wrong]
    waits = {each.wait_seconds for each in found[pacing.CODES.free :]}
    right = signin.signin_with_code(handle=asked.handle, code=code, network=HERE, now=now)
    later = signin.signin_with_code(handle=asked.handle, code=code, network=HERE, now=now + timedelta(seconds=15))

    assert [each for each in found if each.key] == []
    assert waits == {15}
    assert right.wait_seconds == 15
    assert later.key


def test_whoever_goes_on_trying_as_fast_as_he_may_waits_longer_and_the_link_works_all_the_while(
    records: store.Database,
) -> None:
    portal.guest(members.program())
    asked = ask()
    (letter,) = portal.letters()
    clock, tried = timezone.now(), 0
    while clock < timezone.now() + codes.GOOD_FOR:
        found = signin.signin_with_code(handle=asked.handle, code="00000000", network=HERE, now=clock)
        tried += not found.wait_seconds
        clock += timedelta(seconds=found.wait_seconds or 1)

    assert tried < 15
    assert signin.signin_with_link(signed=portal.link_in(letter).split("/")[3], now=timezone.now()).key


def test_wrong_codes_of_many_browsers_count_against_the_person(records: store.Database) -> None:
    portal.guest(members.program())
    asked = [ask(network=f"198.51.100.{place}") for place in range(pacing.LETTERS.free)]
    portal.letters()

    found = [
        enter(each.handle, "00000000", network=f"203.0.113.{place}")
        for place, each in enumerate(asked * pacing.CODES.free)
    ]

    assert [bool(each.wait_seconds) for each in found] == [False] * 5 + [True] * (len(found) - 5)


def test_tries_at_the_same_moment_are_as_many_as_one_after_another(own_records: store.Database) -> None:
    portal.guest(members.program())
    handle = ask().handle
    portal.letters()

    def attempt(place: int) -> bool:
        try:
            return not enter(handle, f"{place:08}").wait_seconds
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        evaluated = sum(pool.map(attempt, range(64)))

    assert evaluated == pacing.CODES.free


def test_mails_are_paced_by_address_and_by_network_and_members_and_others_are_told_the_same(
    records: store.Database,
) -> None:
    portal.guest(members.program())
    mine = [ask(portal.EMAIL, f"192.0.2.{place}").wait_seconds for place in range(6)]
    nobodys = [ask("nobody@example.org", f"198.51.100.{place}").wait_seconds for place in range(6)]
    crowd = [ask(f"n{place}@example.org", "203.0.113.9").wait_seconds for place in range(pacing.NETWORK.free + 1)]

    assert mine == nobodys == [0, 0, 0, 60, 60, 60]
    assert crowd == [0] * pacing.NETWORK.free + [60]
    assert len(portal.letters()) == 3


def test_the_page_asks_the_database_the_same_for_members_and_for_nobody(records: store.Database) -> None:
    from django.test.utils import CaptureQueriesContext

    portal.guest(members.program())
    asked, told = {}, {}
    for address in (portal.EMAIL, "nobody@example.org"):
        with CaptureQueriesContext(connection) as seen:
            handle = ask(address).handle
        asked[address] = [beginning(each["sql"]) for each in seen.captured_queries]
        portal.letters()
        with CaptureQueriesContext(connection) as seen:
            assert enter(handle, "12345678") == Entry()
        told[address] = [beginning(each["sql"]) for each in seen.captured_queries]

    assert len({str(each) for each in asked.values()}) == 1
    assert len({str(each) for each in told.values()}) == 1


def test_somebody_new_becomes_a_customer_only_with_the_code(records: store.Database) -> None:
    members.program()
    asked = ask("new@example.org", name="Nora Nueva")
    (letter,) = portal.letters()

    assert people.choices_of("new@example.org") == []
    session = sessions.session_find(key=enter(asked.handle, portal.code_in(letter)).key, now=timezone.now())

    assert session is not None
    assert session.customer is not None
    assert (session.customer.name, session.member) == ("Nora Nueva", None)
    assert people.choices_of("New@Example.org") == [(session.customer.pk, 0)]


def test_a_mail_is_written_in_the_language_that_was_asked_in_and_only_to_whom_it_concerns(
    records: store.Database,
) -> None:
    portal.guest(members.program())
    signin.signin_ask(Wish(portal.EMAIL.upper(), "es", HERE), now=timezone.now())
    number = SignInAsk.objects.get().pk

    with mailbox.receiving() as box:
        tasks.signin_send(ask_id=number)

    assert box.messages[0]["To"] == portal.EMAIL
    assert "Este es su código para entrar" in box.messages[0].get_content()
    assert letters.letter_write(ask_id=number, now=timezone.now() + codes.GOOD_FOR) is None


def test_an_address_that_only_looks_up_like_a_customers_lets_nobody_in(records: store.Database) -> None:
    portal.guest(members.program())
    for place, twin in enumerate(
        ("maría@example.org", "maria@éxample.org", "\uff4daria@example.org", "maria@example.org.")
    ):
        ask(twin, f"192.0.2.{place}")
    # The sign of the Kelvin becomes a k when it is made small.
    portal.guest(members.program("other"), "Kim", "kim@example.org")
    ask("\u212aim@example.org")

    with mailbox.receiving() as box:
        for each in SignInAsk.objects.order_by("pk"):
            tasks.signin_send(ask_id=each.pk)

    assert [each["To"] for each in box.messages] == ["kim@example.org"]


def test_an_erased_person_is_signed_out_and_forgotten(records: store.Database) -> None:
    one = portal.guest(members.program())
    other = portal.guest(one.member.program, "Luis", "luis@example.org")
    for each in (one, other):
        portal.browser(each)
        ask(each.customer.identifiers.get(kind="email").value)
    portal.letters()

    erasure.person_erase(customer_ids=[one.customer.pk], now=timezone.now())

    assert [each.member for each in PortalSession.objects.select_related("member")] == [other.member]
    assert [each.choices[0]["customer"] for each in SignInAsk.objects.all()] == [other.customer.pk]


def test_what_is_over_is_forgotten(records: store.Database) -> None:
    one = portal.guest(members.program())
    portal.browser(one)
    ask()
    later = timezone.now() + sessions.LIFE

    for each in (signin, sessions, paces):
        each.clear(now=later)

    assert (PortalSession.objects.count(), SignInAsk.objects.count(), SignInPace.objects.count()) == (0, 0, 0)


def test_a_session_ends_when_nobody_uses_it_and_lasts_a_month_at_most(records: store.Database) -> None:
    one = portal.guest(members.program())
    now = timezone.now()
    key = sessions.session_open(choices=[(one.customer.pk, one.member.pk)], brought_by="", now=now)
    seen = [sessions.session_find(key=key, now=now + timedelta(days=days)) is not None for days in (13, 26, 29, 30)]

    idle = sessions.session_open(choices=[(one.customer.pk, one.member.pk)], brought_by="", now=now)

    assert seen == [True, True, True, False]
    assert sessions.session_find(key=idle, now=now + sessions.IDLE) is None
    assert sessions.session_find(key="", now=now) is None


def test_an_address_of_two_customers_lets_in_as_either(records: store.Database) -> None:
    one = portal.guest(members.program())
    other = served.customer("Luis García", number="C-2", email=portal.EMAIL)

    assert people.choices_of(portal.EMAIL) == [(one.customer.pk, one.member.pk), (other.pk, 0)]
