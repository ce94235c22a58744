"""Bad input through the terminal door, said to a shopkeeper who reads Spanish: same exit code, one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Door = Callable[..., Any]

SOURCES = {
    "an empty file": (b"", "orders.csv está vacío: una tabla tiene un encabezado y filas."),
    "an image": (b"\x89PNG\r\n", "orders.csv es una imagen PNG, no una tabla: indique un texto delimitado (CSV), una "),
    "no customer": (
        b"date,amount\n2023-01-05,9\n",
        "No se encontró ninguna columna para customer_id; los encabezados son 'date', 'amount'. Diga cuál es cuál: "
        "--map customer_id=COLUMNA.",
    ),
    "no amount, no header": (
        b"c1,2023-01-05\nc2,2023-01-06\n",
        "amount (o unit_price); los encabezados son 'c1', '2023-01-05'. La primera fila parece una línea",
    ),
    "no date that is one": (
        b"customer_id,date,amount\nc1,soon,9\nc2,later,8\n",
        "No se pudo leer ninguna de las 2 filas de orders.csv. En la fila 2 la columna 'date' contiene 'soon'; se "
        "esperaba una fecha como 2021-03-04 o 04/03/2021, desde 1900.",
    ),
    "only dates in the future": (
        b"customer_id,date,amount\nc1,2098-01-05,9\n",
        "se reconocieron así: 1 con fecha futura.",
    ),
    "a currency mix": (
        b"customer_id,date,amount,currency\nc1,2023-01-05,9,EUR\nc1,2023-02-05,9,USD\nc1,2023-02-05,9,USD\n",
        "Las líneas están en varias monedas: USD (2 líneas), EUR (1 línea). Quédese con una sola con --currency USD",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_is_no_orders(door: Door, tmp_path: Path, name: str) -> None:
    content, words = SOURCES[name]
    (tmp_path / "orders.csv").write_bytes(content)

    answer = door("analyse", "orders.csv", "--language", "es")

    assert answer.code == 2
    assert words in answer.sentence


OPTIONS = {
    "a missing file": ((), "No existe el archivo orders.csv: compruebe el nombre y la carpeta."),
    "no horizon": (("--horizon-days", "0"), "horizon_days es 0: mire al menos 1 día hacia delante."),
    "a day in words": (("--as-of", "ayer"), "--as-of ayer no es una fecha: escríbala como 2011-06-09."),
    "a rate in words": (("--rate", "USD=much"), "--rate USD=much: el cambio debe ser un número como 0.85."),
    "an unknown dimension": (("--by", "planet"), "No existe la dimensión planet: elija entre country,"),
    "an order of dates there is not": (("--date-order", "x"), "No existe el orden de fechas 'x': elija entre 'dmy', "),
    "a memory of nonsense": (("--memory", "much"), "No se entiende la memoria 'much': escríbala como 4GB o 500MB."),
    "settings that are not there": (("--settings", "s.toml"), "No existe el archivo de ajustes s.toml."),
    "an option there is not": (("--frobnicate",), "No existe la opción --frobnicate"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_makes_no_sense(door: Door, name: str) -> None:
    words, sentence = OPTIONS[name]

    answer = door("analyse", "orders.csv", *words, "--language=es")

    assert answer.code == 2
    assert answer.sentence.startswith(sentence)


def test_the_language_of_the_settings_file_is_heard(door: Door, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("language = 'es'\nhorizon_days = 'noventa'")

    answer = door("analyse", "orders.csv", "--settings", "s.toml")

    assert answer.sentence == "s.toml: horizon_days debe ser un número entero; se encontró 'noventa'."


def test_the_language_of_the_terminal_is_heard_where_none_is_asked(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "es_ES.UTF-8")

    assert door("analyse", "x.csv").sentence.startswith("No existe el archivo x.csv")
    assert door("compare", "then", "now").sentence == "then no contiene ningún análisis terminado: falta manifest.json."
    assert door("simulate", "--out", "s", "--seed", "-1").sentence == "seed debe ser 0 o más; se encontró -1."
    assert door("frobnicate").sentence == "No existe la orden 'frobnicate'."
    assert door("analyse", "x.csv", "--language", "en").sentence.startswith("There is no file x.csv")
    assert door("analyse", "x.csv", "--language", "fr").sentence == "No existe el idioma 'fr': elija entre en, es."


def test_the_reason_of_the_system_is_said_in_spanish(door: Door, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("years of work")

    answer = door("analyse", "file", "--settings", tmp_path, "--language", "es")

    assert answer.sentence == f"No se puede leer el archivo de ajustes {tmp_path}: es una carpeta."
