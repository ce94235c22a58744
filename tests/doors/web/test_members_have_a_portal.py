"""Members come in by a mail and see what is theirs: nobody else does, and nothing tells who is a member."""

import copy
import dataclasses
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from tests.make import members, portal, served, staff, store
from tests.make import programs as make
from tests.make.portal import World

from vinculo.identify.records.models import ConsentEntry
from vinculo.programs.portal import pacing
from vinculo.programs.records.belonging import referrals
from vinculo.programs.records.ledger import members as services
from vinculo.programs.records.models import (
    ChallengeEntry,
    Member,
    Program,
    Redemption,
    Referral,
    SignInAsk,
    Suggestion,
    Unit,
    Vote,
)
from vinculo.web import permission
from vinculo.web.portal import door

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
READ = (
    *("", "history/", "rewards/", "challenges/", "friends/", "votes/", "suggestions/", "promises/", "more/"),
    *("preferences/", "data/", "leave/", "join/"),
)


@pytest.fixture(scope="module")
def of_all(worker_database: store.Database) -> Iterator[World]:
    with store.shared():
        yield portal.world()


@pytest.fixture
def world(of_all: World, records: store.Database) -> World:
    # What a test changes is taken back; what it read of these rows is forgotten with its copy.
    return copy.deepcopy(of_all)


def text(answer: object) -> str:
    """Return what a page says, without its marks."""
    body = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return " ".join(body.replace("&#x27;", "'").split())


def posted(client: Client, place: str, **fields: object) -> object:
    return client.post(f"/member/{place}", {**fields})


def test_a_member_comes_in_by_the_code_of_the_mail_and_goes_out_again(world: World) -> None:
    client = portal.browser(**ENGLISH)
    assert client.get("/member/").headers["Location"] == "/member/sign-in/"

    asked = client.post("/member/sign-in/", {"address": " Maria@Example.org "})
    assert asked.headers["Location"] == "/member/code/"
    (letter,) = portal.letters()
    wrong = client.post("/member/code/", {"code": "0000 0000"})
    entered = client.post("/member/code/", {"code": portal.code_in(letter)})
    cookie = client.cookies["member"]
    client.cookies["member_language"] = "en"
    home = text(client.get("/member/"))
    client.post("/member/sign-out/")

    assert (wrong.status_code, entered.headers["Location"]) == (400, "/member/")
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/member/", True, "Lax")
    assert "600" in home
    assert "250 are set aside for rewards." in home
    assert client.get("/member/").headers["Location"] == "/member/sign-in/"
    client.cookies["member"] = cookie.value
    assert client.get("/member/").status_code == 302


def test_the_link_lets_in_by_a_button_so_that_programs_that_open_mails_use_nothing_up(world: World) -> None:
    portal.browser().post("/member/sign-in/", {"address": portal.EMAIL})
    (letter,) = portal.letters()
    client, link = portal.browser(), portal.link_in(letter)

    looks = [portal.browser().get(link).status_code for _time in range(3)]
    entered = client.post(link)

    assert looks == [200, 200, 200]
    assert entered.headers["Location"] == "/member/"
    assert client.get("/member/").status_code == 200
    assert (portal.browser().get(link).status_code, portal.browser().post(link).status_code) == (410, 410)


def test_nothing_tells_who_is_a_member(world: World) -> None:
    served.customer("Eva", number="C-9", email="eva@example.org")
    answers, codes = set(), set()
    for address in (portal.EMAIL, "eva@example.org", "nobody@example.org"):
        client = portal.browser(**ENGLISH)
        asked = client.post("/member/sign-in/", {"address": address})
        answers.add((asked.status_code, asked.headers["Location"], text(client.get("/member/code/"))))
        codes.add(text(client.post("/member/code/", {"code": "11111111"})))

    assert (len(answers), len(codes)) == (1, 1)
    assert len(portal.letters()) == 2


def test_wrong_codes_without_end_are_answered_and_the_link_is_still_good(world: World) -> None:
    client = portal.browser(**ENGLISH)
    client.post("/member/sign-in/", {"address": portal.EMAIL})
    (letter,) = portal.letters()

    answers = [client.post("/member/code/", {"code": f"{number:08}"}) for number in range(100)]
    slow = [each for each in answers if each.status_code == 429]

    assert {each.status_code for each in answers} == {400, 429}
    assert len(slow) >= 90
    assert {1 <= int(each.headers["Retry-After"]) <= 60 for each in slow} == {True}
    assert "The link in your mail works all the same." in text(slow[0])
    assert portal.browser().post(portal.link_in(letter)).headers["Location"] == "/member/"


def test_mails_are_not_sent_without_end(world: World) -> None:
    client = portal.browser(**ENGLISH)
    answers = [client.post("/member/sign-in/", {"address": portal.EMAIL}) for _time in range(4)]

    assert [each.status_code for each in answers] == [302, 302, 302, 429]
    assert int(answers[3].headers["Retry-After"]) in (59, 60)
    assert "Please wait" in text(answers[3])


@pytest.mark.parametrize(("proxies", "spoofed", "real"), [(0, "{}", None), (1, "{}, 198.51.100.7", "{}")])
def test_limits_go_by_the_address_that_our_proxies_saw(
    world: World, monkeypatch: pytest.MonkeyPatch, proxies: int, spoofed: str, real: str | None
) -> None:
    monkeypatch.setattr(pacing, "NETWORK", dataclasses.replace(pacing.NETWORK, free=3))

    def asked(forwarded: str, number: int) -> int:
        said = {"HTTP_X_FORWARDED_FOR": forwarded.format(f"203.0.113.{number}")}
        return int(portal.browser(**said).post("/member/sign-in/", {"address": f"{number}@example.org"}).status_code)

    with override_settings(PROXIES=proxies):
        of_one = [asked(spoofed, number) for number in range(5)]
        of_many = [asked(real, number) for number in range(10, 15)] if real else []

    assert of_one == [302, 302, 302, 429, 429]
    assert of_many == [302] * len(of_many)


def test_a_household_is_one_network_however_it_writes_its_address() -> None:
    seen = {door.network_of(RequestFactory(REMOTE_ADDR=f"2001:db8::{last}").get("/")) for last in ("1", "1:2:3:4")}

    assert seen == {"2001:db8::/64"}
    assert door.network_of(RequestFactory(REMOTE_ADDR="192.0.2.1").get("/")) == "192.0.2.1"


def test_an_odd_address_is_asked_for_again(world: World) -> None:
    for address in ("", "maria", "a@b", "x" * 300 + "@example.org", "a@b.es\nBcc: c@d.es", "\0@example.org"):
        assert portal.browser().post("/member/sign-in/", {"address": address}).status_code == 400
    assert SignInAsk.objects.count() == 0


def test_every_page_is_private_speaks_both_languages_and_needs_no_script(world: World) -> None:
    client = portal.browser(world.maria)
    for place in (*READ, f"redemptions/{world.reserved}/"):
        spanish = client.get(f"/member/{place}")
        assert (place, spanish.status_code) == (place, 200)
        assert '<html lang="es"' in spanish.content.decode()
        assert spanish.headers["Content-Security-Policy"] == permission.POLICY
        assert (spanish.headers["Cache-Control"], spanish.headers["X-Robots-Tag"]) == ("no-store", "noindex")
        assert "<script" not in spanish.content.decode()
    client.post("/member/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert '<html lang="en"' in client.get("/member/").content.decode()


def test_a_stranger_gets_no_page_and_a_member_none_of_the_staff(world: World) -> None:
    client = portal.browser(world.maria)
    stranger = portal.browser()
    agent = portal.browser()
    agent.force_login(staff.user("administrator"), backend="django.contrib.auth.backends.ModelBackend")

    assert {each.get(f"/member/{place}").headers["Location"] for each in (stranger, agent) for place in READ} == {
        "/member/sign-in/"
    }
    assert client.get("/customers/").headers["Location"].startswith("/accounts/login/")


def test_a_member_reaches_nothing_of_another(world: World) -> None:
    luis = portal.browser(world.luis)
    other = members.program("other")
    foreign = portal.reward(other, "mug", 10, timezone.now(), name_en="Mug", name_es="Taza")
    theirs = portal.challenge(other)
    shown = {place: text(luis.get(f"/member/{place}")) for place in READ}
    refused = [
        luis.get(f"/member/redemptions/{world.reserved}/"),
        *(posted(luis, f"redemptions/{world.reserved}/{verb}/") for verb in ("cancel", "take")),
        posted(luis, f"rewards/{foreign.pk}/reserve/", key="k"),
        posted(luis, f"challenges/{theirs.pk}/join/"),
        posted(luis, f"votes/{world.ballot.pk + 999}/", option="1"),
        luis.get("/member/history/?unit=status"),
    ]

    assert [each.status_code for each in refused] == [404] * len(refused)  # type: ignore[attr-defined]
    assert [place for place, said in shown.items() if re.search("María|case 1|A-40", said)] == []
    assert Redemption.objects.get(pk=world.reserved).state == "reserved"


def test_no_form_is_taken_from_another_site(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["member"] = portal.browser(world.maria).cookies["member"].value
    places = (
        *("sign-in/", "new/", "code/", "which/", "sign-out/", "sign-out/everywhere/", "language/", "suggestions/"),
        *(f"rewards/{world.mug.pk}/reserve/", f"redemptions/{world.reserved}/cancel/", "preferences/", "leave/"),
        *("data/download/", "join/", f"challenges/{world.challenge.pk}/join/", f"votes/{world.ballot.pk}/", "link/x/"),
    )

    assert {place: strict.post(f"/member/{place}").status_code for place in places} == dict.fromkeys(places, 403)


def test_whoever_is_blocked_or_has_left_is_told_what_to_do(world: World) -> None:
    client = portal.browser(world.luis, **ENGLISH)
    services.member_block(member_id=world.luis.member.pk, blocked=True)
    blocked = {place: client.get(f"/member/{place}").status_code for place in READ}
    said = text(client.get("/member/"))
    tried = posted(client, f"rewards/{world.mug.pk}/reserve/", key="k")
    services.member_block(member_id=world.luis.member.pk, blocked=False)

    assert [place for place, status in blocked.items() if status == 200] == list(READ[8:])
    assert "Call us or come by with your card number" in said
    assert world.luis.member.number in said
    assert tried.status_code == 403  # type: ignore[attr-defined]

    client.post("/member/leave/")
    assert Member.objects.get(pk=world.luis.member.pk).state == "active"
    client.post("/member/leave/", {"sure": "1"})
    assert "If you want to take part again" in text(client.get("/member/"))
    client.post("/member/join/", {"program": world.program.pk})
    again = Member.objects.get(customer=world.luis.customer, left_on=None)
    assert again.number != world.luis.member.number
    assert client.get("/member/").status_code == 200


def test_leaving_gives_back_what_is_set_aside(world: World) -> None:
    portal.browser(world.maria).post("/member/leave/", {"sure": "1"})

    assert Redemption.objects.get(pk=world.reserved).state == "cancelled"
    assert Member.objects.get(pk=world.maria.member.pk).state == "left"


def test_signing_out_everywhere_ends_every_session_of_hers_alone(world: World) -> None:
    here, there, other = portal.browser(world.maria), portal.browser(world.maria), portal.browser(world.luis)

    here.post("/member/sign-out/everywhere/")

    assert [each.get("/member/").status_code for each in (here, there, other)] == [302, 302, 200]


def test_home_says_what_there_is_what_runs_out_and_how_far_the_next_level_is(world: World) -> None:
    home = text(portal.browser(world.maria).get("/member/"))

    assert "600" in home
    days = re.search(r"Valen hasta el Puntos ((?:\d+ de \w+ de \d{4} \d+ )+)", home)
    assert days
    assert sum(int(amount) for amount in re.findall(r"\d{4} (\d+) ", days[1])) == 600
    assert re.search(r"Oro \d+ de 1\.500 Faltan [\d.]+ para Platino", home)


def test_names_are_in_the_language_of_the_member_and_years_are_thanked_for_once(world: World) -> None:
    for model, name in ((Program, "El Club"), (Unit, "Puntos")):
        model.objects.update(name_es=name)
    ago = (served.NOW - timezone.now() + timedelta(days=732)).days
    served.order(world.maria.customer, "F-1", days_ago=ago, lines=[{"product": "tea", "net_minor": 1_000}])
    client = portal.browser(world.maria)

    spanish, more = text(client.get("/member/")), text(client.get("/member/more/"))
    rewards = text(client.get("/member/rewards/"))
    client.cookies["member_language"] = "en"
    english = text(client.get("/member/"))

    assert len(re.findall("[Gg]racias", spanish)) == len(re.findall("[Tt]hank you", english)) == 1
    assert "Cliente desde hace 2 años. Gracias." in spanish
    assert re.search("El Club .* Puntos 600", spanish)
    assert "Recompensas Puntos: 600" in rewards
    assert re.search("Club .* Points 600", english)
    assert "Apuntarse a otro programa" not in more


def test_the_history_is_told_in_words_page_by_page(world: World) -> None:
    member = world.luis.member
    for number in range(44):
        portal.award(member, 10, timezone.now(), reference=f"B-{number}")
    members.award(member, 5, timezone.now().date().isoformat())
    client, seen, place = portal.browser(world.luis, **ENGLISH), [], "/member/history/"
    while place:
        page = client.get(place).content.decode()
        seen.append(len(re.findall(r"Points for a purchase", page)))
        more = re.search(r'href="(\?unit=[^"]+)" rel="next"', page)
        place = f"/member/history/{more[1].replace('&amp;', '&')}" if more else ""

    assert seen == [20, 20, 5]
    for odd in ("x", "-1", "9" * 30, "²"):
        assert client.get(f"/member/history/?before={odd}").status_code == 200


def test_promised_points_that_are_taken_back_are_told(world: World) -> None:
    unit = Unit.objects.get(program=world.program, code="points")
    wallet = make.wallet(unit, world.luis.member)
    later = timezone.now() + timedelta(days=14)
    promise = make.post(wallet, "award", 80, grant_class="purchase", reference="B-9", pending_until=later)
    (promised,) = make.posted(world.program, promise)
    make.posted(world.program, make.post(wallet, "reverse", 30, refers_to=promised.posting_id))

    told = text(portal.browser(world.luis, **ENGLISH).get("/member/history/"))

    assert re.search(r"Taken back: a purchase was returned · B-9 [^·]* \u221230 promised", told)
    assert re.search(r"Points for a purchase · B-9 [^·]* \+80 not yours yet", told)


def test_what_was_set_aside_and_given_back_is_told_with_its_reward(world: World) -> None:
    client = portal.browser(world.maria)
    client.cookies["member_language"] = "en"
    posted(client, f"redemptions/{world.reserved}/cancel/")

    told = text(client.get("/member/history/"))

    assert re.search(r"Given back: you did not want the reward · Mug .* \+250", told)
    assert re.search(r"Set aside for a reward · Mug .* \u2212250", told)


def test_a_reward_has_the_price_of_the_member_and_is_set_aside_once(world: World) -> None:
    client = portal.browser(world.maria)
    client.cookies["member_language"] = "en"
    shown = client.get("/member/rewards/")
    key = re.search(r'name="key" value="([^"]+)"', shown.content.decode())
    assert key
    assert "250 points instead of 300, for you" in text(shown)
    assert "4,400 points are missing." in text(shown)

    first = posted(client, f"rewards/{world.mug.pk}/reserve/", key=key[1])
    again = posted(client, f"rewards/{world.mug.pk}/reserve/", key=key[1])
    place = first.headers["Location"]  # type: ignore[attr-defined]
    page = text(client.get(place))
    made = Redemption.objects.get(source="portal")

    assert place == again.headers["Location"]  # type: ignore[attr-defined]
    assert (made.points, made.state, made.reserved_by) == (250, "reserved", f"member {world.maria.member.pk}")
    assert re.search(r"Your code [0-9A-Z-]{8,}", page)
    posted(client, f"redemptions/{made.pk}/cancel/")
    twice = client.post(f"/member/redemptions/{made.pk}/cancel/", follow=True)
    assert twice.status_code == 200
    assert Redemption.objects.get(pk=made.pk).state == "cancelled"
    refused = client.post(f"/member/rewards/{world.early.pk}/reserve/", {"key": "k"}, follow=True)
    assert "You do not have enough points for it." in text(refused)


def test_pages_ask_the_same_number_of_questions_however_much_there_is(world: World) -> None:
    client = portal.browser(world.maria)
    before = {place: asked(client, place) for place in ("", "history/", "rewards/")}
    for number in range(15):
        portal.award(world.maria.member, 10, timezone.now(), reference=f"B-{number}")
        portal.reward(world.program, f"r{number}", 10, timezone.now(), name_en="Pin", name_es="Pin")

    assert {place: asked(client, place) for place in before} == before
    assert max(before.values()) < 50


def asked(client: Client, place: str) -> int:
    """Return how many statements a page sends to the database."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/member/{place}").status_code == 200
    return len(seen.captured_queries)


def test_a_member_takes_part(world: World) -> None:
    client = portal.browser(world.maria)
    client.cookies["member_language"] = "en"
    option = world.ballot.options.order_by("position")[1]

    posted(client, f"challenges/{world.challenge.pk}/join/")
    posted(client, f"votes/{world.ballot.pk}/", option=option.pk)
    posted(client, "suggestions/", text="More tea")
    odd = posted(client, "suggestions/", text=" ")
    none = posted(client, f"votes/{world.ballot.pk}/", option="999999")

    assert ChallengeEntry.objects.get().member == world.maria.member
    assert "0 / 2" in text(client.get("/member/challenges/"))
    assert (Vote.objects.get().option, Suggestion.objects.get().text) == (option, "More tea")
    assert [each.status_code for each in (odd, none)] == [400, 400]  # type: ignore[attr-defined]
    posted(client, f"challenges/{world.challenge.pk}/leave/")
    assert ChallengeEntry.objects.count() == 0
    assert "case 1" in text(client.get("/member/promises/"))


def test_somebody_new_joins_by_the_link_of_a_friend(world: World) -> None:
    code = referrals.code_of(member_id=world.maria.member.pk, now=timezone.now())
    client = portal.browser(**ENGLISH)
    client.get(f"/member/new/?by={code}")
    client.post("/member/new/", {"address": "new@example.org", "name": "Nora"})
    (letter,) = portal.letters()

    client.post("/member/code/", {"code": portal.code_in(letter)})
    offered = client.get("/member/", follow=True)
    client.post("/member/join/", {"program": world.program.pk})
    joined = Member.objects.get(customer__name="Nora")

    assert "Join Club" in text(offered)
    assert client.get("/member/").status_code == 200
    assert (Referral.objects.get().referrer, Referral.objects.get().referee) == (world.maria.member, joined)
    assert joined.joined_by == "portal"
    friends = text(portal.browser(world.maria, **ENGLISH).get("/member/friends/"))
    assert "Nora" not in friends
    assert code in friends
    assert "100 puntos, a los 14 días de la compra" in friends
    assert not ConsentEntry.objects.filter(customer=joined.customer).exists()


def test_a_bad_code_of_a_friend_keeps_nobody_out(world: World) -> None:
    served.customer("Eva", number="C-9", email="eva@example.org")
    client = portal.browser(**ENGLISH)
    client.get("/member/sign-in/?by=NOSUCHCODE")
    client.post("/member/sign-in/", {"address": "eva@example.org"})
    client.post("/member/code/", {"code": portal.code_in(portal.letters()[0])})
    client.post("/member/join/", {"program": world.program.pk})

    assert Member.objects.get(customer__name="Eva").state == "active"
    assert client.post("/member/join/", {"program": world.program.pk}).status_code == 400


def test_an_address_of_several_lets_choose_and_nobody_chooses_what_was_not_offered(world: World) -> None:
    served.customer("Eva", number="C-9", email=portal.EMAIL)
    client = portal.browser(world.maria)

    assert client.get("/member/").headers["Location"] == "/member/which/"
    for odd in ("2", "-1", "x", ""):
        client.post("/member/which/", {"place": odd})
        assert client.get("/member/").headers["Location"] == "/member/which/"
    client.post("/member/which/", {"place": "0"})
    assert client.get("/member/").status_code == 200
    client.post("/member/which/", {"place": "1"})
    assert client.get("/member/").headers["Location"] == "/member/join/"


def test_what_is_agreed_to_in_the_portal_is_in_the_log_and_the_data_are_hers(world: World) -> None:
    client = portal.browser(world.maria)

    client.post("/member/preferences/", {"marketing-email": "1"})
    (entry,) = ConsentEntry.objects.filter(customer=world.maria.customer)
    packed = client.post("/member/data/download/")
    said: Mapping[str, bytes] = {
        each: zipfile.ZipFile(io.BytesIO(packed.content)).read(each) for each in ("data.json", "data.html")
    }
    client.post("/member/preferences/", {"everything": "1"})

    assert (entry.action, entry.purpose.code, entry.origin) == ("given", "marketing", "member portal")
    assert portal.EMAIL.encode() in said["data.json"]
    assert {b"A-40", b"case 1", world.maria.member.number.encode()} == {
        each
        for each in (b"A-40", b"case 1", world.maria.member.number.encode(), world.luis.member.number.encode())
        if each in said["data.json"] and each in said["data.html"]
    }
    assert b"luis@example.org" not in said["data.json"]
    assert ConsentEntry.objects.order_by("-pk")[0].action == "withdrawn"
