"""Every sentence the code translates is in the Spanish catalogue."""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from vinculo.foundation import language
from vinculo.warehouse.reading import recognition, views

SOURCE = Path(__file__).parents[2] / "src" / "vinculo"
TRANSLATING = {"translate", "say", "words"}
"""Functions and methods whose first argument (all arguments of `words`) is an English sentence."""


def constants() -> dict[Path, dict[str, str]]:
    """Return the texts that modules keep under a name."""
    found: dict[Path, dict[str, str]] = {}
    for path in SOURCE.rglob("*.py"):
        body = ast.parse(path.read_text("utf-8")).body
        found[path] = {
            target.id: node.value.value
            for node in body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
    return found


@cache
def sentences() -> list[tuple[str, str]]:
    """Return where a sentence is translated, and the sentence, as far as it stands in the code or under a name."""
    named, found = constants(), []
    by_module = {path.stem: texts for path, texts in named.items()}
    for path in sorted(named):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or called(node) not in TRANSLATING:
                continue
            for argument in node.args if called(node) == "words" else node.args[:1]:
                place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                found += [(place, sentence) for sentence in texts(argument, named[path], by_module)]
    return found


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def texts(argument: ast.expr, here: dict[str, str], by_module: dict[str, dict[str, str]]) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from texts(argument.body, here, by_module)
        yield from texts(argument.orelse, here, by_module)
    elif isinstance(argument, ast.Name) and argument.id in here:
        yield here[argument.id]
    elif isinstance(argument, ast.Attribute) and isinstance(argument.value, ast.Name):
        yield from [each for name, each in by_module.get(argument.value.id, {}).items() if name == argument.attr]


def test_every_sentence_of_the_code_is_in_the_spanish_catalogue() -> None:
    spanish = language.catalogue("es")

    assert [(place, sentence) for place, sentence in sentences() if sentence not in spanish] == []


def test_the_search_finds_sentences_wherever_they_stand() -> None:
    found = {sentence for _, sentence in sentences()}

    assert len(found) > 150
    assert "Value tier" in found
    assert any(place.startswith("differentiate/validation/card.py") for place, _ in sentences())


def test_what_a_reading_says_of_lines_and_columns_is_in_the_spanish_catalogue() -> None:
    said = {*recognition.TREATMENTS.values(), *views.EXPECTED.values(), "asked for", "its name", "its values"}

    assert said - set(language.catalogue("es")) == set()


def test_what_one_row_of_each_table_is_can_be_said_in_spanish() -> None:
    known = language.catalogue("es")
    grains = {
        made.args[1].value  # type: ignore[attr-defined] # a constant, as the contracts write it
        for path in (SOURCE / "warehouse" / "tables").glob("*.py")
        for made in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(made, ast.Call) and called(made) == "Table" and len(made.args) > 1
    }

    assert len(grains) > 30
    assert grains - set(known) == set()


def test_spanish_has_one_word_for_a_run_and_one_for_a_file() -> None:
    spoken = [
        (file.name, message.string)
        for folder in ("locale", "project/locale")
        for file in (SOURCE / folder / "es").glob("*.po")
        for message in read_po(io.BytesIO(file.read_bytes()), locale="es")
    ]

    assert [found for found in spoken if re.search("ejecuci[oó]n|fichero", str(found[1]), re.IGNORECASE)] == []
