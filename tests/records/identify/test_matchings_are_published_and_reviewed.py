"""What a matching proposes is put in force in sets, and what it cannot decide is decided by people."""

from pathlib import Path

import pytest
from tests.make import proposals, served

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts
from vinculo.identify.records.matching import publishing, review
from vinculo.identify.records.membership import selectors, services
from vinculo.identify.records.models import Assertion, Candidate, Customer, Matching, Merge

NOW = served.NOW
pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))


def people(count: int = 4) -> list[Customer]:
    return [served.customer(f"Customer {place}", number=f"C-{place}") for place in range(count)]


def publish(matching: Matching) -> dict[str, int]:
    with actor.acting("ana"):
        return publishing.matching_publish(matching_id=matching.pk, now=NOW)


def decide(candidate: Candidate, verdict: str, *, by: str = "ana") -> Candidate:
    with actor.acting(by):
        return review.candidate_decide(candidate_id=candidate.pk, verdict=verdict, now=NOW)


def current(*customers: Customer) -> list[int]:
    found = selectors.current_of([each.pk for each in customers])
    return [found[each.pk] for each in customers]


class TestPublishing:
    def test_customers_become_one_the_one_with_orders_first_and_it_is_announced(self) -> None:
        one, two, three, four = people()
        served.order(two, "1", days_ago=3, lines=[{"product": "cup", "net_minor": 500}])
        heard = []

        def listen(**fact: object) -> None:
            heard.append((fact["customer_id"], fact["party_ids"]))

        facts.customers_merged.connect(listen)
        try:
            done = publish(proposals.made(merges=[proposals.merge(one, two, three)]))
        finally:
            facts.customers_merged.disconnect(listen)

        assert (done["merges"], done["customers_fewer"], done["left_out"]) == (1, 2, 0)
        assert current(one, two, three, four) == [two.pk, two.pk, two.pk, four.pk]
        assert heard == [(two.pk, [one.pk, three.pk])]
        merge = Merge.objects.get()
        assert (merge.decided_by, merge.evidence["path"][0]["weights"]) == ("model", {"email": 9.0})

    def test_parties_of_merged_customers_come_along(self) -> None:
        one, two, three, _four = people()
        services.customers_merge(customer_ids=[one.pk, two.pk], now=NOW, survivor=two.pk)

        publish(proposals.made(merges=[proposals.merge(two, three)]))

        assert len(set(current(one, two, three))) == 1

    def test_what_somebody_has_said_since_stands(self) -> None:
        one, two, three, four = people()
        matching = proposals.made(merges=[proposals.merge(one, two), proposals.merge(three, four)])
        services.assertion_set(party_id=one.pk, other_id=two.pk, verdict="different", now=NOW)

        done = publish(matching)

        assert (done["merges"], done["left_out"]) == (1, 1)
        assert current(one, two) == [one.pk, two.pk]

    def test_parties_that_the_model_put_together_it_also_lets_go_but_not_what_a_person_did(self) -> None:
        one, two, three, four = people()
        publish(proposals.made(merges=[proposals.merge(one, two)]))
        services.customers_merge(customer_ids=[three.pk, four.pk], now=NOW, survivor=three.pk)

        done = publish(
            proposals.made(
                separations=[
                    {"record_id": two.pk, "customer_id": one.pk, "cluster_id": two.pk},
                    {"record_id": four.pk, "customer_id": three.pk, "cluster_id": four.pk},
                ]
            )
        )

        assert done["separated"] == 1
        assert current(one, two, three, four) == [one.pk, two.pk, three.pk, three.pk]

    def test_a_merge_of_the_model_is_taken_back_by_a_person_and_stays_so(self) -> None:
        one, two, *_ = people()
        publish(proposals.made(merges=[proposals.merge(one, two)]))
        services.merge_undo(merge_id=Merge.objects.get().pk, now=NOW)

        done = publish(proposals.made(merges=[proposals.merge(one, two)]))

        assert (done["merges"], done["left_out"]) == (0, 1)

    def test_it_is_published_once_and_never_after_a_later_one(self) -> None:
        one, two, *_ = people()
        earlier, later = proposals.made(), proposals.made(merges=[proposals.merge(one, two)])
        publish(later)

        with pytest.raises(InputError, match="not one that can be published"):
            publish(later)
        with pytest.raises(InputError, match="has been published since"):
            publish(earlier)


class TestReview:
    def test_the_most_important_and_uncertain_pair_comes_first(self) -> None:
        one, two, three, four = people()
        served.order(three, "1", days_ago=3, lines=[{"product": "cup", "net_minor": 900_00}])
        pairs = [proposals.edge(one, two), proposals.edge(three, four)]

        assert publish(proposals.made(edges=pairs))["candidates"] == 2
        first = review.queue(by="ana").first()
        assert first is not None
        assert (first.party_id, first.pattern) == (three.pk, "+email -given_name")

    def test_the_same_are_merged_and_others_are_kept_apart(self) -> None:
        one, two, three, four = people()
        publish(proposals.made(edges=[proposals.edge(one, two), proposals.edge(three, four)]))
        first, second = Candidate.objects.order_by("party_id")

        decide(first, "same")
        decide(second, "different")

        assert len(set(current(one, two))) == 1
        assert Assertion.objects.get().verdict == "different"
        assert not review.queue(by="ana").exists()
        with pytest.raises(review.DecidedMeanwhileError):
            decide(first, "different")

    def test_what_is_settled_by_another_answer_leaves_the_queue(self) -> None:
        one, two, three, _four = people()
        edges = [proposals.edge(one, two), proposals.edge(two, three), proposals.edge(one, three)]
        publish(proposals.made(edges=edges))
        pairs = {(each.party_id, each.other_id): each for each in Candidate.objects.all()}

        decide(pairs[one.pk, two.pk], "same")
        decide(pairs[two.pk, three.pk], "same")

        assert Candidate.objects.get(pk=pairs[one.pk, three.pk].pk).state == "gone"

    def test_two_people_must_agree_on_those_who_buy_most(self) -> None:
        one, two, three, four = people()
        served.order(one, "1", days_ago=3, lines=[{"product": "cup", "net_minor": 900_00}])
        publish(proposals.made(edges=[proposals.edge(one, two), proposals.edge(three, four)]))
        candidate = Candidate.objects.get(party_id=one.pk)
        assert candidate.four_eyes

        assert decide(candidate, "same").state == "second"
        assert current(one, two) == [one.pk, two.pk]
        assert not review.queue(by="ana").filter(pk=candidate.pk)
        with pytest.raises(review.DecidedMeanwhileError, match="somebody else"):
            decide(candidate, "same")
        assert decide(candidate, "same", by="luis").state == "same"
        assert len(set(current(one, two))) == 1

    def test_two_who_differ_leave_it_unsure(self) -> None:
        one, two, *_ = people()
        served.order(one, "1", days_ago=3, lines=[{"product": "cup", "net_minor": 900_00}])
        publish(proposals.made(edges=[proposals.edge(one, two)]))
        candidate = Candidate.objects.get()

        decide(candidate, "same")

        assert decide(candidate, "different", by="luis").state == "unsure"
        assert current(one, two) == [one.pk, two.pk]

    def test_pairs_of_one_pattern_are_answered_at_once(self) -> None:
        made = people(6)
        edges = [proposals.edge(made[place], made[place + 1]) for place in (0, 2)]
        edges.append(proposals.edge(made[4], made[5], weights={"phone": 8.0}))
        publish(proposals.made(edges=edges))

        with actor.acting("ana"):
            done = review.candidates_decide(pattern="+email -given_name", verdict="different", now=NOW)

        assert done == 2
        assert review.queue(by="ana").get().pattern == "+phone"

    def test_a_sample_of_what_was_decided_measures_how_often_it_is_right(self) -> None:
        made = people(8)
        pairs = [(made[place], made[place + 1]) for place in (0, 2, 4, 6)]
        publish(
            proposals.made(
                edges=[proposals.edge(*pair, band="auto") for pair in pairs],
                merges=[proposals.merge(*pair) for pair in pairs],
            )
        )
        assert review.precision() is None
        sample = list(Candidate.objects.filter(purpose="measure").order_by("party_id"))
        assert len(sample) == 4

        for each in sample[:3]:
            decide(each, "same")
        decide(sample[3], "different")

        found = review.precision()
        assert found is not None
        assert (found.looked_at, found.right) == (4, 3)
        # Wilson's interval of 3 of 4, as Newcombe (1998) computes it.
        assert (round(found.low, 4), round(found.high, 4)) == (0.3006, 0.9544)
        assert current(*pairs[3]) == [pairs[3][0].pk, pairs[3][1].pk], "what was wrong is separated at once"
