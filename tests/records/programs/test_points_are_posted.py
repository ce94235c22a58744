"""What one batch does: outcomes, balances, lots; both ways of posting."""

from typing import Any

import pytest
from tests.make import programs as make

from vinculo.programs.records.ledger import services
from vinculo.programs.records.models import Account, Lot, Posting, Transfer

pytestmark = pytest.mark.usefixtures("records")


def test_a_batch_is_decided_in_order_of_arrival() -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club))
    posts = [make.post(wallet, "award", 100), make.post(wallet, "spend", 130), make.post(wallet, "award", 50)]

    outcomes = make.posted(club, *posts, make.post(wallet, "spend", 130))
    again = make.posted(club, *posts)

    assert [each.refused for each in outcomes] == ["", "points.insufficient", "", ""]
    assert [each.balance for each in outcomes] == [100, 100, 150, 20]
    assert [(each.posting_id, each.refused, each.balance) for each in again] == [
        (each.posting_id, each.refused, each.balance) for each in outcomes[:3]
    ]
    assert all(each.replayed for each in again)
    assert Posting.objects.count() == 4
    assert Transfer.objects.count() == 3
    assert Account.objects.get(pk=wallet).balance == 20
    assert list(Lot.objects.order_by("id").values_list("remaining", flat=True)) == [0, 20]


@pytest.mark.parametrize("alone", [False, True])
def test_an_award_is_spent_and_returned(alone: bool) -> None:
    club = make.program()
    unit = make.unit(club, return_policy="floor", floor=-50)
    wallet = make.wallet(unit)

    def act(*arguments: Any, **fields: Any) -> Any:
        post = make.post(wallet, *arguments, **fields)
        if alone:
            return services.points_post_one(program_id=club.pk, post=post, now=make.NOW)
        return make.posted(club, post)[0]

    award = act("award", 100)
    spend = act("spend", 80)
    returned = act("reverse", 90, refers_to=award.posting_id)
    more = act("reverse", 20, refers_to=award.posting_id)
    back = act("reverse", 0, refers_to=spend.posting_id)

    assert (returned.amount, returned.balance) == (70, -50)
    assert more.refused == "points.exceeds"
    assert (back.amount, back.balance) == (80, 30)
    assert Lot.objects.get().remaining == 30
