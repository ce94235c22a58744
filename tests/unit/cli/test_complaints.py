"""Complaints are said in the language the command was asked in."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from vinculo.cli import complaints, main
from vinculo.foundation.language import catalogue, translator


@pytest.mark.parametrize(
    ("arguments", "environment", "spoken"),
    [
        ([], {}, "en"),
        ([], {"LANG": "es_ES.UTF-8"}, "es"),
        ([], {"LANG": "es"}, "es"),
        ([], {"LANG": "es.UTF-8"}, "es"),
        ([], {"LANG": "es@euro"}, "es"),
        ([], {"LC_MESSAGES": "es_MX.UTF-8", "LANG": "en_US.UTF-8"}, "es"),
        ([], {"LC_ALL": "C.UTF-8", "LANG": "es_ES.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LANG": "es_ES.UTF-8"}, "es"),
        ([], {"LANG": "fr_FR.UTF-8"}, "en"),
        ([], {"LANG": "estonian"}, "en"),
        (["analyse", "--language", "es"], {"LANG": "en_GB.UTF-8"}, "es"),
        (["analyse", "--language=en"], {"LANG": "es_ES.UTF-8"}, "en"),
        (["analyse", "--language", "en", "--language", "es"], {}, "es"),
        (["analyse", "--language", "fr"], {"LANG": "es_ES.UTF-8"}, "es"),
        (["analyse", "--language"], {}, "en"),
    ],
)
def test_the_option_goes_before_the_terminal(arguments: list[str], environment: dict[str, str], spoken: str) -> None:
    assert complaints.language(arguments, environment) == spoken


def test_the_settings_file_stands_between_the_option_and_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("language = 'es'\nhorizon_days = 'x'")

    assert complaints.language(["analyse", "--settings", str(file)], {"LANG": "en_GB.UTF-8"}) == "es"
    assert complaints.language(["analyse", f"--settings={file}", "--language", "en"], {}) == "en"


@pytest.mark.parametrize("text", ["language = 5", "language", "by = []"])
def test_a_settings_file_that_cannot_be_read_is_no_reason_to_fail_twice(tmp_path: Path, text: str) -> None:
    file = tmp_path / "s.toml"
    file.write_text(text)

    assert complaints.language(["analyse", "--settings", str(file)], {"LANG": "es"}) == "es"
    assert complaints.language(["analyse", "--settings", "not there"], {"LANG": "es"}) == "es"


WORDS = {
    "Falta el argumento 'source'.": ["analyse"],
    "Falta la opción '--out'.": ["simulate"],
    "'--horizon-days' debe ser un número entero.": ["analyse", "x", "--horizon-days", "year"],
    "'--margin' debe ser un número.": ["analyse", "x", "--margin", "much"],
    "La opción '--out' necesita un valor.": ["analyse", "x", "--out"],
    "La opción '--json' no lleva valor.": ["analyse", "x", "--json=3"],
    "No existe la opción -z": ["analyse", "x", "-z"],
    "No existe la opción --currncy (opciones parecidas: --currency, --only-currency)": ["analyse", "x", "--currncy"],
    "No existe la orden 'analys'. ¿Quería decir 'analyse'?": ["analys"],
    "No existe la orden 'zzz'.": ["zzz"],
    "Sobran argumentos (y z)": ["analyse", "x", "y", "z"],
}


@pytest.mark.parametrize("said", WORDS)
def test_what_typer_says_of_a_command_line_is_said_in_spanish(said: str) -> None:
    refused = CliRunner().invoke(main.app, WORDS[said], standalone_mode=False).exception

    assert isinstance(refused, typer.TyperException)
    assert complaints.usage(refused.format_message()).say(translator("es")) == said


def test_every_way_to_say_it_is_in_the_spanish_catalogue() -> None:
    assert set(complaints.USAGE.values()) <= set(catalogue("es"))


def test_what_typer_has_not_said_before_stays_english() -> None:
    assert complaints.usage("Something {new}.").say(translator("es")) == "Something {new}."
