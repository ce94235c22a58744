"""Documents that fail when they lie: every public module and function speaks, every catalogue is complete."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from vinculo.foundation import errors, language

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vinculo"
CATALOGUES = sorted((SOURCE / "locale").rglob("*.po"))


def test_every_module_begins_with_a_noun_phrase() -> None:
    modules = [path for path in SOURCE.rglob("*.py") if ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None]

    assert modules == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sentence_of_a_catalogue_is_translated_with_the_same_figures(catalogue: Path) -> None:
    with catalogue.open("rb") as stream:
        messages = [message for message in read_po(stream) if message.id]

    assert messages
    assert [message.id for message in messages if not message.string or message.fuzzy] == []
    assert [message.id for message in messages if figures(message.id) != figures(message.string)] == []


def figures(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def test_every_error_has_a_code_of_its_own() -> None:
    def family(kind: type[errors.VinculoError]) -> list[type[errors.VinculoError]]:
        return [kind, *[each for child in kind.__subclasses__() for each in family(child)]]

    codes = [kind.code for kind in family(errors.VinculoError)]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", code) for code in codes)


def test_spanish_is_there() -> None:
    assert "es" in language.LANGUAGES
    assert len(language.catalogue("es")) > 100


def test_nothing_names_a_machine() -> None:
    places = [*ROOT.glob("*.md"), *SOURCE.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.lock")]
    pattern = re.compile(r"/(?:home|root|work)/|/(?:tmp)/\w|(?:pypi)\.|--index-url")

    assert [path for path in places if "_build" not in path.parts and pattern.search(path.read_text("utf-8"))] == []
