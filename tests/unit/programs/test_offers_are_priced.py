"""What a reward costs somebody on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from vinculo.foundation import language
from vinculo.programs.rewards import offers, periods, refusals
from vinculo.programs.rewards.offers import Offer, Price, Standing

NAMES = some.sampled_from(("", "a", "b", "c"))
STANDINGS = some.builds(Standing, some.frozensets(NAMES), some.frozensets(NAMES))
PRICES = some.lists(some.builds(Price, some.integers(0, 500), NAMES, NAMES), max_size=5)
DAY = date(2026, 5, 1)


@given(PRICES, STANDINGS, STANDINGS, some.none() | some.integers(0, 500))
def test_who_is_entitled_to_more_never_pays_more(
    prices: list[Price], less: Standing, more: Standing, points: int | None
) -> None:
    both = Standing(less.levels | more.levels, less.segments | more.segments)
    offer = Offer(points, prices)

    one, all_ = offers.quote(offer, less, DAY), offers.quote(offer, both, DAY)

    assert all_.refused == "" if not one.refused else True
    assert one.refused or all_.points <= one.points


def test_early_access_is_for_those_who_have_it() -> None:
    offer = Offer(500, (Price(500, level="gold", offered_from=DAY - timedelta(days=7)),), offered_from=DAY)
    gold = Standing(frozenset({"gold"}))
    said = [
        offers.quote(offer, who, DAY - timedelta(days=days)).refused for who in (gold, Standing()) for days in (8, 7, 0)
    ]

    assert said == ["reward.not_yet", "", "", "reward.not_yet", "reward.not_yet", ""]


def test_the_last_day_is_the_one_before() -> None:
    offer = Offer(500, offered_to=DAY)

    assert offers.quote(offer, Standing(), DAY).refused == "reward.over"
    assert offers.quote(offer, Standing(), DAY - timedelta(days=1)).points == 500
    assert offers.quote(Offer(500, stopped=True), Standing(), DAY).refused == "reward.stopped"


@given(some.dates(), some.sampled_from(periods.PERIODS))
def test_the_first_day_of_a_period_is_its_own(day: date, period: str) -> None:
    first = periods.first_day(period, day)

    assert periods.first_day(period, first) == first
    assert first <= day or period == "ever"


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    spanish = language.catalogue("es")

    assert all(str(sentence).endswith(".") for sentence in refusals.SENTENCES.values())
    assert [code for code, sentence in refusals.SENTENCES.items() if sentence.template not in spanish] == []
