import re
from dataclasses import replace
from datetime import date

import pytest

from vinculo.differentiate.settings import Settings, Tiers
from vinculo.differentiate.tiers import reasons, thresholds
from vinculo.foundation.language import LANGUAGES, catalogue, translator

SETTINGS = Settings(date(2011, 6, 9), currency="EUR")
FOUND = thresholds.Thresholds(51_200, 12_300, 0, 0.36)
COMPANY = replace(SETTINGS, tiers=Tiers(high_performance_minor=1, high_potential_minor=1))


@pytest.mark.parametrize(
    ("currency", "language", "marks"),
    [
        ("EUR", "en", ("€", "", ",", ".", 2)),
        ("EUR", "es", ("", "\xa0€", ".", ",", 2)),
        ("JPY", "en", ("¥", "", ",", "", 0)),
        ("KWD", "es", ("", "\xa0KWD", ".", ",", 3)),
    ],
)
def test_marks_are_those_of_the_language(currency: str, language: str, marks: tuple[object, ...]) -> None:
    found = reasons.money_marks(currency, language)

    assert (found.money_before, found.money_after, found.group_mark, found.decimal_mark, found.digits) == marks


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("settings", [SETTINGS, COMPANY])
def test_every_sentence_can_be_cut_in_every_language(language: str, settings: Settings) -> None:
    rows = reasons.table(replace(settings, language=language), FOUND, translator(language)).to_pylist()

    assert len(rows) == len({row["reason"] for row in rows})
    for row in rows:
        assert not re.search(r"[{}]", "".join(row[f"text_{place}"] for place in range(5)))


def test_every_sentence_keeps_its_figures_in_spanish() -> None:
    english = reasons.table(SETTINGS, FOUND, translator("en")).to_pylist()
    spanish = reasons.table(SETTINGS, FOUND, translator("es")).to_pylist()

    shown = [[row[name] for name in row if name.startswith("shows_")] for row in english]
    assert shown == [[row[name] for name in row if name.startswith("shows_")] for row in spanish]


@pytest.mark.parametrize("settings", [SETTINGS, COMPANY])
@pytest.mark.parametrize("found", [FOUND, replace(FOUND, high_performance_minor=thresholds.NOBODY)])
def test_every_sentence_of_a_tier_has_its_spanish(settings: Settings, found: thresholds.Thresholds) -> None:
    sentences: set[str] = set()

    def remember(sentence: str) -> str:
        sentences.add(sentence)
        return sentence

    reasons.table(settings, found, remember)
    thresholds.rules(settings, found, remember)

    assert sentences
    assert sentences <= set(catalogue("es"))


def test_a_translation_that_changes_the_order_of_figures_is_refused() -> None:
    def swapped(sentence: str) -> str:
        return "The last {since} ago, {purchases} purchases." if "{purchases}" in sentence else sentence

    with pytest.raises(reasons.ReasonError, match="purchases"):
        reasons.table(SETTINGS, FOUND, swapped)
