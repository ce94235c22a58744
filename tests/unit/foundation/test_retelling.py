"""A sentence written down in one language is said in another as if it had been written in it."""

from string import Formatter

import pytest

from vinculo.differentiate.tiers import reasons
from vinculo.foundation import language, money, phrases
from vinculo.foundation.retelling import Retelling

SPANISH, ENGLISH = Retelling("en", "es", "EUR"), Retelling("es", "en", "EUR")
FACTS = {"since": ("1 day", "1 día"), "interval": ("372 days", "372 días"), "chance": ("<1", "<1")}


def amount(minor: int) -> tuple[str, str]:
    return money.words(minor, "EUR", "en"), money.words(minor, "EUR", "es")


def filled(template: str, place: int) -> str:
    facts = {"amount": amount(-123456789)[place], "performance": amount(5)[place], "potential": amount(100)[place]}
    names = {name for _text, name, _spec, _conversion in Formatter().parse(template) if name}
    return phrases.bound(template).format(
        **{name: facts.get(name, FACTS.get(name, ("20", "20"))[place]) for name in names}
    )


@pytest.mark.parametrize("english", [sentence for _area, sentence in reasons.AREA_SENTENCES.values()])
def test_a_reason_is_said_as_if_written_in_the_other_language(english: str) -> None:
    spanish = language.translator("es")(english)

    assert SPANISH(filled(english, 0)) == filled(spanish, 1)
    assert ENGLISH(filled(spanish, 1)) == filled(english, 0)


def test_percentages_do_not_break_whenever_and_however_they_were_written_down() -> None:
    kept = "One purchase, 20 days ago, 30{space}% likely to buy again."
    before, now = kept.format(space=" "), kept.format(space="\xa0")

    assert {language.translator("en")(kept.format(space=" ")), Retelling("en", "en")(before)} == {now}
    assert SPANISH(before) == SPANISH(now)
    assert SPANISH(now).endswith("y un 30\xa0% de probabilidad de volver a comprar.")
    assert phrases.Phrase("{share} % of {what}", share=5, what="all").say() == "5\xa0% of all"


def test_amounts_and_signs_go_along() -> None:
    english = "Past contribution of {amount} is among the top {performance_share} % (from {performance})."

    assert SPANISH(filled(english, 0)) == filled(language.translator("es")(english), 1)


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("As of 9 December 2011; forecasts look 180 days ahead.", "9 de diciembre de 2011"),
        ("Purchases are more regular than random (k = 1.8): a missed purchase says more than the model believes, so "
         "lost customers are noticed late.", "(k = 1,8)"),
        ("A model without AIC was fitted to other data (periods): its likelihood compares with none.", "verosimilitud"),
    ],
)  # fmt: skip
def test_days_numbers_and_whole_sentences(said: str, again: str) -> None:
    assert again in SPANISH(said)


@pytest.mark.parametrize("words", ["Ana Ruiz", "file {name}.csv", "", "a.b: c", "The owner wrote this."])
def test_what_is_not_ours_stays_as_it_is(words: str) -> None:
    assert (SPANISH(words), ENGLISH(words)) == (words, words)


def test_sentences_that_were_joined_are_said_one_by_one() -> None:
    joined = "Future contributions are discounted at 15% a year. So. Commissions are assumed to be 0% of sales."

    assert SPANISH(joined) == (
        "Las contribuciones futuras se descuentan al 15\xa0% anual. So. Se supone una comisión del "
        "0\xa0% de las ventas."
    )


def test_one_language_says_nothing_again() -> None:
    assert Retelling("es", "es")("Se supone que una entrega cuesta 1.") == "Se supone que una entrega cuesta 1."
