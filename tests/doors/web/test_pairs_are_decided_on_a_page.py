"""A steward goes through the queue: sees two records side by side, answers, and the next comes."""

from pathlib import Path

import pytest
from django.test import Client
from tests.make import served, staff, store

from vinculo.identify.records.matching import policy
from vinculo.identify.records.membership import selectors
from vinculo.identify.records.models import Candidate, Customer, Identifier, Matching

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(role: str, language: str = "") -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    if language:
        client.cookies["django_language"] = language
    return client


@pytest.fixture
def matching(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Matching:
    from tests.make import proposals

    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    people = [served.customer(f"Ana Ruiz {place}", number=f"C-{place}", email="ana@ruiz.es") for place in range(6)]
    return proposals.made(
        edges=[proposals.edge(people[0], people[1]), proposals.edge(people[2], people[3])],
        merges=[proposals.merge(people[4], people[5])],
    )


def test_a_matching_is_looked_at_published_and_its_pairs_are_decided(matching: Matching) -> None:
    site = signed_in("relationship_manager")
    page = site.get("/matchings/").content.decode()
    assert "1 customers fewer" in page or "There will be 1" in page

    answer = site.post(f"/matchings/{matching.pk}/publish/", follow=True).content.decode()
    assert "The matching is in force." in answer
    assert "2 pairs to look at" in answer
    assert "they are a sample" not in answer
    one = Candidate.objects.filter(pk=Candidate.objects.latest("pk").pk)
    one.update(purpose="measure")
    sampled = site.get("/matchings/").content.decode()
    assert "Of the pairs to look at, 1 are those that matching leaves to people. The other 1 it has decided" in sampled
    one.update(purpose="decide")
    page = site.get("/review/").content.decode()
    assert "Ana Ruiz 0" in page
    assert "the same e-mail" in page
    assert "ana@ruiz.es" in page
    first = Candidate.objects.order_by("-priority", "id")[0]

    site.post(f"/review/{first.pk}/", {"verdict": "later"})
    assert Candidate.objects.get(pk=first.pk).state == "open"
    answer = site.post(f"/review/{first.pk}/", {"verdict": "same", "reason": "Same e-mail."}, follow=True)
    assert "1 pair waits." in answer.content.decode()
    assert len(selectors.members_of(customer_id=selectors.current_of([first.party_id])[first.party_id])) == 2
    again = site.post(f"/review/{first.pk}/", {"verdict": "different"}, follow=True).content.decode()
    assert "Somebody else has decided this pair meanwhile." in again

    second = Candidate.objects.get(state="open")
    answer = site.post(f"/review/{second.pk}/alike/", {"verdict": "different"}, follow=True).content.decode()
    assert "1 pair was decided." in answer
    assert "Nothing waits for you" in answer


def test_a_party_that_is_gone_leaves_the_queue(matching: Matching) -> None:
    site = signed_in("relationship_manager")
    site.post(f"/matchings/{matching.pk}/publish/")
    first = Candidate.objects.order_by("-priority", "id")[0]
    Identifier.objects.filter(customer_id=first.party_id).delete()
    Customer.objects.filter(pk=first.party_id)._raw_delete("default")

    page = site.get("/review/", follow=True).content.decode()

    assert "1 pair waits." in page


def test_nonsense_is_refused_in_a_sentence(matching: Matching) -> None:
    site = signed_in("relationship_manager", "es")
    site.post(f"/matchings/{matching.pk}/publish/")
    first = Candidate.objects.order_by("-priority", "id")[0]

    assert site.post(f"/review/{first.pk}/", {"verdict": "perhaps"}).status_code == 400
    assert site.post("/review/999999/", {"verdict": "same"}).status_code == 404
    assert site.post("/matchings/999999/publish/").status_code == 404
    assert "¿Un solo cliente?" in site.get("/review/").content.decode()


@pytest.mark.parametrize(("role", "sees"), [("team_lead", 200), ("agent", 403), ("analyst", 403), ("finance", 403)])
def test_who_may_say_who_is_who(matching: Matching, role: str, sees: int) -> None:
    site = signed_in(role)

    assert site.get("/review/").status_code == sees
    assert site.post(f"/matchings/{matching.pk}/publish/").status_code == 403
    assert site.post("/matchings/start/").status_code == 403


def test_a_manager_says_what_matching_does_by_itself(matching: Matching) -> None:
    Matching.objects.filter(pk=matching.pk).update(kind="arrivals", published_at=served.NOW)
    site = signed_in("relationship_manager", language="es")
    assert "lo llegado desde entonces" in site.get("/matchings/").content.decode()

    site.post("/matchings/policy/", {"arrivals": "review", "nightly": "sometimes"})
    assert policy.policy_get().arrivals == "merge"
    page = site.post("/matchings/policy/", {"arrivals": "review", "nightly": "publish"}, follow=True).content.decode()

    assert "Se ha guardado." in page
    assert '<option value="publish" selected>' in page
    assert (policy.policy_get().arrivals, policy.policy_get().nightly) == ("review", "publish")
    assert signed_in("agent").post("/matchings/policy/", {"arrivals": "off", "nightly": "off"}).status_code == 403
