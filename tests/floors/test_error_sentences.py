"""Every error can be said in Spanish, with all its facts in place."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from tests.make import store

import vinculo
from vinculo.foundation import language
from vinculo.foundation.errors import VinculoError
from vinculo.warehouse.tables import orders

SOURCE = Path(__file__).parents[2] / "src" / "vinculo"
PHRASE = "Phrase"
OWN = set(dir(VinculoError)) | {"facts", "template"}
"""Names an error has anyway: a fact of that name could not be read as an attribute."""

UNWRITTEN = {
    "cli/complaints.py",  # usage: test_complaints.py looks at each
    "cli/options.py",  # reasons of the operating system
    "differentiate/analysis/lines.py",  # kinds of lines: below
    "differentiate/analysis/work.py",  # Work.say: test_translations.py finds its sentences
    "foundation/errors.py",  # the sentence of any error
    "warehouse/runs.py",  # reasons of the operating system
}
"""Files in which a phrase is made of words that do not stand there; it can only shrink."""


@dataclass(frozen=True)
class Made:
    """One place where an error or a phrase is made."""

    place: str
    kind: str
    templates: tuple[str, ...] | None
    """None where they cannot be found by reading."""
    facts: frozenset[str]


@cache
def family() -> dict[str, type[VinculoError]]:
    """Return the classes of errors by name."""
    store.set_up_django()  # without it the tables of the platform cannot be imported
    for module in pkgutil.walk_packages(vinculo.__path__, "vinculo."):
        importlib.import_module(module.name)
    found, rest = {VinculoError.__name__: VinculoError}, [VinculoError]
    while rest:
        below = rest.pop().__subclasses__()
        found |= {kind.__name__: kind for kind in below if kind.__module__.startswith("vinculo.")}
        rest += below
    return found


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts_under_a_name(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def templates(argument: ast.expr, named: dict[str, str]) -> tuple[str, ...] | None:
    """Return the texts an argument can be; None when reading does not tell."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return (argument.value,)
    if isinstance(argument, ast.Name) and argument.id in named:
        return (named[argument.id],)
    if isinstance(argument, ast.IfExp):
        either, other = templates(argument.body, named), templates(argument.orelse, named)
        return None if either is None or other is None else either + other
    return None


def made_in(path: Path, kinds: set[str]) -> Iterator[Made]:
    tree = ast.parse(path.read_text("utf-8"))
    named = texts_under_a_name(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in kinds:
            told = templates(node.args[0], named) if node.args else sentences_of_class(name_of(node))
            facts = frozenset(keyword.arg or "**" for keyword in node.keywords)
            yield Made(f"{path.relative_to(SOURCE)}:{node.lineno}", name_of(node), told, facts)


@cache
def made() -> tuple[Made, ...]:
    kinds = {*family(), PHRASE}
    return tuple(each for path in sorted(SOURCE.rglob("*.py")) for each in made_in(path, kinds))


def sentences_of_class(name: str) -> tuple[str, ...]:
    return ((family()[name].__doc__ or "").strip().splitlines()[0],)


def has_words(template: str) -> bool:
    return any(character.isalpha() for text, *_ in Formatter().parse(template) for character in text)


def fields(template: str) -> list[tuple[str, str | None, str | None]]:
    """Return the fields of a template, as they are to be written."""
    return sorted((name, how, spec) for _, name, spec, how in Formatter().parse(template) if name is not None)


def test_every_sentence_of_an_error_stands_where_the_error_is_made() -> None:
    hidden = {each.place.split(":")[0] for each in made() if each.templates is None and each.kind == PHRASE}

    assert [each.place for each in made() if each.templates is None and each.kind != PHRASE] == []
    assert hidden == UNWRITTEN


def test_every_field_of_a_template_has_its_fact() -> None:
    lost = [
        (each.place, template, name)
        for each in made()
        for template in each.templates or ()
        for name, _, _ in fields(template)
        if name not in each.facts
    ]

    assert lost == []


def test_no_fact_hides_behind_what_an_error_has_anyway() -> None:
    assert [(each.place, each.facts & OWN) for each in made() if each.kind != PHRASE and each.facts & OWN] == []


def test_every_sentence_of_an_error_is_in_the_spanish_catalogue() -> None:
    spanish = language.catalogue("es")
    of_classes = [(f"class {name}", sentence) for name in family() for sentence in sentences_of_class(name)]
    of_places = [(each.place, told) for each in made() for told in each.templates or () if has_words(told)]

    assert [(place, told) for place, told in [*of_classes, *of_places] if told not in spanish] == []


def test_every_kind_of_line_has_its_words() -> None:
    assert set(orders.LINE_KINDS) <= set(language.catalogue("es"))


def test_every_translation_has_the_fields_of_its_sentence() -> None:
    spanish = language.catalogue("es")

    assert [english for english, said in spanish.items() if fields(english) != fields(said)] == []


def test_the_search_finds_errors_wherever_they_are_made() -> None:
    found = {template for each in made() for template in each.templates or ()}

    assert len(found) > 120
    assert "There is no file {path}: check the name and the folder." in found
    assert "a PNG image" in found
    assert any(each.kind == "UncoveredCellsError" for each in made())


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('SettingsError(f"It is {found}.")', "templates"),
        ('SettingsError("It is " + found)', "templates"),
        ('SettingsError("It is {found}.")', "facts"),
        ('SettingsError("It is {found}.", **facts)', "facts"),
    ],
)
def test_the_search_sees_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, wrong: str) -> None:
    (tmp_path / "wrong.py").write_text(f"raise {line}\n", "utf-8")
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)

    (each,) = made_in(tmp_path / "wrong.py", {"SettingsError"})

    assert (each.templates is None) == (wrong == "templates")
    assert "found" not in each.facts
