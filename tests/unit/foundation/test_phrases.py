"""Phrases and errors: translated first, formatted after, facts kept."""

import copy
import pickle
from datetime import date
from pathlib import Path

import pytest

from vinculo.foundation import errors
from vinculo.foundation.language import translator
from vinculo.foundation.phrases import Phrase

SPANISH = translator("es")


def test_the_template_is_translated_before_its_facts_come_in() -> None:
    error = errors.InputError("There is no file {path}: check the name and the folder.", path="a {b}.csv")

    assert str(error) == error.sentence == "There is no file a {b}.csv: check the name and the folder."
    assert error.say(SPANISH) == "No existe el archivo a {b}.csv: compruebe el nombre y la carpeta."


def test_words_of_ours_within_a_sentence_are_translated_too() -> None:
    phrase = Phrase("{where} must be {wanted}; found {found}.", where="by", wanted=Phrase("a list"), found="'x'")

    assert str(phrase) == "by must be a list; found 'x'."
    assert phrase.say(SPANISH) == "by debe ser una lista; se encontró 'x'."


def test_words_within_words_within_a_list_are_translated_too() -> None:
    kinds = [Phrase("{lines:,} {kind}", lines=1200, kind=Phrase(kind)) for kind in ("future", "guest")]

    assert str(Phrase("{kinds}", kinds=kinds)) == "1,200 future, 1,200 guest"
    assert Phrase("{kinds}", kinds=kinds).say(SPANISH) == "1.200 con fecha futura, 1.200 sin cliente identificado"


@pytest.mark.parametrize(
    ("template", "found", "written"),
    [
        ("{found}", ("dmy", "mdy"), "dmy, mdy"),
        ("{found!r}", ["dmy", "mdy"], "'dmy', 'mdy'"),
        ("{found!s}", (0.5, 0.3), "(0.5, 0.3)"),
        ("{found:.2f}", (0.5, 1 / 3), "0.50, 0.33"),
        ("{found}", (), ""),
        ("{found:,}", 1234567, "1,234,567"),
        ("{found}", date(2011, 6, 9), "2011-06-09"),
        ("{found}", Path("a/b.csv"), "a/b.csv"),
        ("{found}", None, "None"),
        ("{found!r}", Phrase("a list"), "'a list'"),
        ("{{{found}}}", "x", "{x}"),
    ],
)
def test_facts_are_written_as_a_person_reads_them(template: str, found: object, written: str) -> None:
    assert str(Phrase(template, found=found)) == written


@pytest.mark.parametrize("field", ["{rows}", "{rows:,}", "{rows!r}"])
def test_a_lacking_fact_is_no_error_in_front_of_a_person(field: str) -> None:
    assert str(errors.InputError(f"It has {field} rows.")) == "It has {rows} rows."


def test_a_phrase_shows_its_facts_to_a_programmer() -> None:
    assert repr(Phrase("{rows} rows", rows=3)) == "Phrase('{rows} rows', rows=3)"


def test_the_first_line_of_the_class_is_the_sentence_where_none_is_given() -> None:
    error = errors.DiskFullError()

    assert str(error) == "The disk filled up: free some space and run the same command again."
    assert error.say(SPANISH).startswith("El disco se ha llenado")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_that_travels_keeps_all_it_says(again) -> None:
    error = errors.RunError("{folder} is a file: name a folder for the run.", folder="{a", wanted=Phrase("a list"))

    arrived = again(error)

    assert (str(arrived), arrived.folder, arrived.code) == (str(error), "{a", "run.unusable")
    assert str(arrived.wanted) == "a list"
    assert arrived.say(SPANISH) == "{a es un archivo: indique una carpeta para el análisis."
