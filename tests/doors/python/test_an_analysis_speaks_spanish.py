"""In Spanish: reasons, warnings, assumptions, the terminal and the report, without an English sentence left."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.make import shop

import vinculo
from vinculo.cli import summary
from vinculo.foundation import language
from vinculo.foundation.errors import SettingsError

ENGLISH = re.compile(r"\b(the|of|and|with|which|is|are|was|were|customers|customer|purchase|purchases|days|who)\b")
SPANISH = replace(shop.QUICK, language="es", by=("country", "cohort"))
ONCE: list[shop.Row] = [(f"c{at}", date(2023, 1 + at % 12, 1 + at % 28), 9) for at in range(200)]


class Words(HTMLParser):
    """The words of a page that a reader sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "script")
        self.found += [str(text) for name, text in attrs if name in ("alt", "title", "aria-label")]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


@pytest.fixture
def untranslated(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the set that holds the sentences asked for in Spanish that the catalogue lacks."""
    lacking: set[str] = set()
    plain = language.translator

    def noting(asked: str) -> language.Translate:
        known, translate = language.catalogue(asked), plain(asked)

        def note(sentence: str) -> str:
            if asked != "en" and sentence and sentence not in known:
                lacking.add(sentence)
            return translate(sentence)

        return note

    monkeypatch.setattr(language, "translator", noting)
    return lacking


def spoken(analysis: vinculo.Analysis) -> Iterator[str]:
    """Yield the sentences of an analysis."""
    manifest = analysis.manifest
    yield from [*manifest["warnings"], *manifest["assumptions"], manifest["model_card"]["chosen"]["reason"]]
    columns = {"value": ("value_tier_reason", "relationship_area_reason"), "line_counts": ("treatment",)}
    columns |= {"concentration": ("reading",), "slipping": ("reason",), "tier_rules": ("meaning",)}
    for name, wanted in columns.items():
        for column in wanted:
            yield from set(analysis[name][column].to_pylist())


def test_no_english_is_left_in_what_an_analysis_says() -> None:
    made = vinculo.analyse(shop.table(shop.lines()), settings=SPANISH)

    said = list(spoken(made))
    assert len(said) > 30
    assert [sentence for sentence in said if ENGLISH.search(sentence.lower())] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "columns"),
    [(shop.lines(60), shop.COLUMNS), (shop.plain(), shop.PLAIN), (ONCE, shop.PLAIN), (ONCE[:1], shop.PLAIN)],
    ids=["a shop", "a plain file", "single purchases", "one purchase"],
)
def test_every_sentence_that_is_asked_for_is_translated(
    untranslated: set[str], rows: list[shop.Row], columns: tuple[str, ...], tmp_path: Path
) -> None:
    settings = SPANISH if columns == shop.COLUMNS else vinculo.Settings(language="es", horizon_days=30)

    made = vinculo.analyse(shop.table(rows, columns), settings=settings)
    made.write_report(tmp_path / "report.html")
    summary.show(made, "es", kept=True)

    assert untranslated == set()


@pytest.mark.slow
def test_no_english_is_left_in_the_report(tmp_path: Path) -> None:
    made = vinculo.analyse(shop.write(tmp_path / "pedidos.csv", shop.lines()), settings=SPANISH)
    page = Words()

    page.feed(made.write_report(tmp_path / "report.html").read_text("utf-8"))

    assert len(page.found) > 300
    words = [each for each in page.found if str(tmp_path) not in each]
    assert [each for each in words if ENGLISH.search(each.lower())] == []


def test_a_language_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="no language 'fr': choose one of en, es"):
        vinculo.analyse(shop.table(shop.plain(), shop.PLAIN), settings=vinculo.Settings(language="fr"))
