"""The page: whole, escaped, accessible and in the reader's language, whatever the run lacks."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from tests.make import run as made

from vinculo.foundation import language
from vinculo.measure.report import names, page
from vinculo.warehouse.runs import Run

pytestmark = pytest.mark.slow

SOURCE = Path(page.__file__).parents[1]
VOID = {"meta", "br", "hr", "img", "link", "input"}
Pages = Callable[[str], str]


class Outline(HTMLParser):
    """Reads a page: elements with their attributes, whether they nest, and the text of some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.words.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made.write(tmp_path_factory.mktemp("run"), customers_count=150)


@pytest.fixture(scope="module")
def pages(run: Run) -> Pages:
    return cache(lambda code: page.render(run, code))


@pytest.fixture(scope="module")
def outline(pages: Pages) -> Outline:
    return Outline(pages("en"))


def test_elements_nest_and_none_is_left_open(outline: Outline) -> None:
    assert outline.open == []


def test_ids_are_unique_and_every_reference_finds_its_own(outline: Outline) -> None:
    ids = [str(attributes["id"]) for _, attributes in outline.elements if "id" in attributes]
    named = [str(attributes.get("aria-labelledby", "")) for _, attributes in outline.elements]
    linked = [str(attributes["href"])[1:] for attributes in outline.all("a")]

    assert len(ids) == len(set(ids))
    assert {word for name in named for word in name.split()} | set(linked) <= set(ids)


def test_it_fetches_nothing_and_runs_nothing(pages: Pages, outline: Outline) -> None:
    text = pages("en").replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert re.search(r"https?:|@import|url\((?!#)", text) is None
    assert not {"script", "link", "img", "iframe", "object"} & {name for name, _ in outline.elements}
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]


def test_words_of_the_data_are_escaped(pages: Pages) -> None:
    assert "<script" not in pages("en")
    assert "<b>Sons" not in pages("en")
    assert "&lt;b&gt;Sons&lt;/b&gt;" in pages("en")


def test_it_is_small(pages: Pages) -> None:
    assert len(pages("en").encode()) < 1_500_000


def test_every_chart_is_named_and_has_its_figures_in_a_table(outline: Outline) -> None:
    figures, svgs = outline.all("figure"), outline.all("svg")

    assert len(figures) == 14
    assert len(outline.all("details")) == len(figures) + 1
    assert {svg["role"] for svg in svgs} == {"img"}
    assert len(outline.all("caption")) == len(outline.all("table"))


def test_headings_are_one_title_then_chapters_then_findings(outline: Outline) -> None:
    levels = [int(name[1]) for name, _ in outline.elements if re.fullmatch("h[1-6]", name)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_landmarks_are_there(outline: Outline) -> None:
    assert {"header", "nav", "main", "footer"} <= {name for name, _ in outline.elements}


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_it_says_its_language(pages: Pages, code: str) -> None:
    assert Outline(pages(code)).all("html")[0]["lang"] == code


def test_spanish_is_spanish(pages: Pages) -> None:
    text = pages("es")

    assert "¿Quiénes son mis clientes?" in text
    assert "9 de junio de 2011" in text
    assert "GBP" in text


def test_past_profit_residual_value_and_total_stand_apart_and_add_up(outline: Outline) -> None:
    figures = [word for word in outline.words["dd"] if word.startswith("£")]
    past, residual, total = (int(figure.strip("£").replace(",", "")) for figure in figures[1:4])

    assert abs(past + residual - total) <= 1


def test_the_chance_of_being_alive_is_not_shown(pages: Pages) -> None:
    assert re.search(r"p_alive|P\(alive\)|being alive", pages("en")) is None


def test_the_lines_of_the_file_add_up(pages: Pages) -> None:
    assert re.search(r'All lines of the file</th><td></td><td class="number">10,000</td>', pages("en"))


def test_parts_of_the_business_are_compared_with_their_own_balance(pages: Pages) -> None:
    worth, make_up = (
        pages("en").split(f'id="{name}"')[1].split("</table>")[0] for name in ("by-country", "tiers-by-country")
    )

    assert worth.count("<tr>") == make_up.count("<tr>") == 1 + len(made.COUNTRIES)
    assert re.search(r"United Kingdom</th>.*?\d\d/\d\d</td>", make_up)


def test_assumptions_are_labelled(pages: Pages) -> None:
    assert "Assumed, not in your data." in pages("en")


@pytest.mark.parametrize(
    "missing", ["value", "customer_days", "cohorts", "ledger_totals", "whale_curve", "slipping", "models", "iso_value"]
)
def test_a_page_without_a_table_says_so_or_goes_on(tmp_path: Path, missing: str) -> None:
    run = made.write(tmp_path / "run", customers_count=30, without=[missing], settings={})

    assert Outline(page.render(run, "en")).open == []


def test_one_customer_gives_a_page(tmp_path: Path) -> None:
    run = made.write(tmp_path / "run", customers_count=1, repeats=0.0, model_card={})

    text = page.render(run, "en")

    assert "100% bought on one day only" in text
    assert "Not enough history" in text


def test_nobody_gives_a_page(tmp_path: Path) -> None:
    run = made.write(tmp_path / "run", customers_count=1, without=list(made.all_tables(made.shop(1))))

    assert "No hay clientes de los que informar." in page.render(run, "es")


def spoken() -> Iterator[str]:
    for path in [*SOURCE.glob("charts/*.py"), *SOURCE.glob("report/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called in ("say", "words"):
                    yield from (each.value for each in node.args if isinstance(each, ast.Constant))
    template = (SOURCE / "report" / "page.html.jinja").read_text(encoding="utf-8")
    yield from re.findall(r"say\([\"'](.*?)[\"']\)", template)
    yield from names.NAMES.values()


def test_every_sentence_has_its_spanish() -> None:
    catalogue = language.catalogue("es")

    assert len(list(spoken())) > 200
    assert sorted({sentence for sentence in spoken() if sentence not in catalogue}) == []
