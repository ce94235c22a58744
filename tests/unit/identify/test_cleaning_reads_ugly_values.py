"""Cleaning reads ugly values for what they mean, and says what it could not read."""

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import is_valid_number, parse
from stdnum.es import nif

from vinculo.identify.cleaning import answers, emails, names, organisations, phones, places, tax_ids, texts
from vinculo.identify.cleaning.cleaned import Cleaned


@pytest.mark.parametrize(
    ("written", "value", "note"),
    [
        ("Ana.Ruiz@Correo.ES ", "ana.ruiz@correo.es", ""),
        ("mailto:ana@ruiz.es", "ana@ruiz.es", ""),
        ("Ana Ruiz <ana@ruiz.es>", "ana@ruiz.es", ""),
        ("ana@ruiz.es;", "ana@ruiz.es", ""),
        ("ana@ruiz.es; otra@ruiz.es", "ana@ruiz.es", "restored"),
        ("\u200bana@ruiz.es\u00a0", "ana@ruiz.es", ""),
        ("jörg@müller.de", "jörg@müller.de", ""),
        ("no@tiene.com", None, "placeholder"),
        ("notiene@gmail.com", None, "placeholder"),
        ("xxx@xxx.com", None, "placeholder"),
        ("sin email", None, "placeholder"),
        ("NO TIENE", None, "placeholder"),
        ("-", None, "placeholder"),
        ("", None, ""),
        (None, None, ""),
        ("ana@gmial.com", "ana@gmial.com", "typo"),
        ("ana@@ruiz.es", None, "unreadable"),
        ("ana ruiz.es", None, "unreadable"),
        ("ana@ruiz", None, "unreadable"),
        ("ana@ruiz,es", None, "unreadable"),
        ("600123456", None, "unreadable"),
    ],
)
def test_an_e_mail(written: str | None, value: str | None, note: str) -> None:
    assert emails.clean(written)[:2] == (value, note)


def test_a_slip_in_an_e_mail_is_only_suggested() -> None:
    assert emails.clean("ana@ruiz,es") == Cleaned(None, "unreadable", "ana@ruiz.es")
    assert emails.clean("ana@hotmial.com").suggestion == "ana@hotmail.com"


@given(st.from_regex(emails._ORDINARY, fullmatch=True).filter(lambda local: len(local) <= 64))
def test_what_the_short_way_accepts_the_validator_accepts(local: str) -> None:
    found = emails.clean(f"{local}@ruizgil.es")

    if found.value:
        assert validate_email(f"{local}@ruizgil.es", check_deliverability=False).normalized == found.value


@pytest.mark.parametrize(
    ("written", "region", "value", "note"),
    [
        ("600 12 34 56", "ES", "+34600123456", ""),
        ("600.123.456", "ES", "+34600123456", ""),
        ("(+34) 600-123-456", "ES", "+34600123456", ""),
        ("0034600123456", "ES", "+34600123456", ""),
        ("34600123456", "ES", "+34600123456", ""),
        ("93 212 34 56", "ES", "+34932123456", ""),
        ("600123456.0", "ES", "+34600123456", "restored"),
        ("6,00123456E+08", "ES", "+34600123456", "restored"),
        ("6,00123E+08", "ES", None, "rounded"),
        ("6.0E+08", "ES", None, "rounded"),
        ("600123456 / 932123456", "ES", "+34600123456", ""),
        ("+44 20 7946 0958", "ES", "+442079460958", ""),
        ("07400 123456", "GB", "+447400123456", ""),
        ("55 1234 5678", "MX", "+525512345678", ""),
        ("000000000", "ES", None, "placeholder"),
        ("666666666", "ES", None, "placeholder"),
        ("123456789", "ES", None, "placeholder"),
        ("no tiene", "ES", None, "unreadable"),
        ("12", "ES", None, "unreadable"),
        ("ana@ruiz.es", "ES", None, "unreadable"),
        ("", "ES", None, ""),
    ],
)
def test_a_phone(written: str, region: str, value: str | None, note: str) -> None:
    assert phones.clean(written, region)[:2] == (value, note)


@given(st.integers(600_000_000, 699_999_999))
def test_spanish_mobiles_need_not_be_asked_one_by_one(number: int) -> None:
    assert is_valid_number(parse(str(number), "ES"))


@pytest.mark.parametrize(
    ("written", "country", "value", "note"),
    [
        ("12345678Z", "ES", "12345678Z", ""),
        ("12.345.678-z", "ES", "12345678Z", ""),
        ("1234567L", "ES", "01234567L", ""),
        ("ES12345678Z", "ES", "12345678Z", ""),
        ("X1234567L", "ES", "X1234567L", ""),
        ("B58378431", "ES", "B58378431", ""),
        ("12345678A", "ES", "12345678A", "checksum"),
        ("00000000T", "ES", None, "placeholder"),
        ("-", "ES", None, "placeholder"),
        ("Z", "ES", None, "unreadable"),
        ("12.345.678-5", "CL", "123456785", ""),
        ("GODE561231GR8", "MX", "GODE561231GR8", ""),
        ("390.533.447-05", "BR", "39053344705", ""),
        ("whatever 1", "US", "WHATEVER1", ""),
    ],
)
def test_a_tax_number(written: str, country: str, value: str | None, note: str) -> None:
    assert tax_ids.clean(written, country)[:2] == (value, note)


@given(st.integers(1, 99_999_999).filter(lambda digits: len(set(str(digits))) > 1 and digits != 12_345_678))
def test_the_short_way_of_personal_numbers_agrees_with_the_library(digits: int) -> None:
    written = tax_ids.corrected(f"{digits:08d}", "ES")

    assert nif.is_valid(written)
    assert tax_ids.clean(written, "ES") == Cleaned(written)


@pytest.mark.parametrize(
    ("written", "given_name", "family", "second"),
    [
        ("Ana Ruiz", "Ana", "Ruiz", ""),
        ("Ana Ruiz Gil", "Ana", "Ruiz", "Gil"),
        ("José Luis García", "José Luis", "García", ""),
        ("José Luis García Pérez", "José Luis", "García", "Pérez"),
        ("GARCÍA PÉREZ, JOSÉ LUIS", "José Luis", "García", "Pérez"),
        ("María del Carmen de la Fuente Ruiz", "María del Carmen", "de la Fuente", "Ruiz"),
        ("Sr. Juan Peña", "Juan", "Peña", ""),
        ("Madonna", "Madonna", "", ""),
        ("de la", "", "", ""),
    ],
)
def test_a_full_name_is_split(written: str, given_name: str, family: str, second: str) -> None:
    found = names.split(written)

    assert (found.family, found.second_family) == (family, second)
    assert found.given == (given_name or found.given)


def test_a_split_that_nobody_gave_is_marked() -> None:
    assert names.split("Ana Ruiz Gil").guessed
    assert not names.split("Ruiz Gil, Ana").guessed


@given(st.text(max_size=60))
def test_no_text_breaks_the_cleaning_and_no_word_of_a_name_is_lost(text: str) -> None:
    found = names.split(text)

    for read in (emails.clean, phones.clean, tax_ids.clean, places.country, places.postcode, answers.language):
        assert read(text).value != ""
    kept = texts.plain(f"{found.given} {found.family} {found.second_family}").split()
    assert set(kept) <= set(texts.plain(texts.tidy(text)).split())


@pytest.mark.parametrize(
    "name",
    [
        *("Muebles López, S.L.", "MUEBLES LOPEZ SL", "Aceros S.A.", "ACME S.A. de C.V.", "Tools Ltd", "Müller GmbH"),
        *("Panificadora Hnos. Gil, C.B.", "Ayuntamiento de Lugo", "Asociación de Vecinos", "Vinos Coop S. Coop."),
        *("Obras y Servicios S.L.U.", "Transportes Peña Ltda."),
    ],
)
def test_an_organisation_is_told_by_its_name(name: str) -> None:
    assert organisations.is_organisation(name)


@pytest.mark.parametrize("name", ["Ana Sa", "José Luis García", "Eva Inca", "Max Ag", "Ana María Costa", "S"])
def test_a_person_is_not_taken_for_an_organisation(name: str) -> None:
    assert not organisations.is_organisation(name)


@pytest.mark.parametrize(
    ("written", "country", "value", "note"),
    [
        ("08001", "ES", "08001", ""),
        ("8001", "ES", "08001", "restored"),
        ("8001.0", "ES", "08001", "restored"),
        ("E-28013", "ES", "28013", ""),
        ("00000", "ES", None, "placeholder"),
        ("99999", "ES", None, "unreadable"),
        ("sw1a 1aa", "GB", "SW1A 1AA", ""),
        ("1000-205", "PT", "1000-205", ""),
    ],
)
def test_a_postcode(written: str, country: str, value: str | None, note: str) -> None:
    assert places.postcode(written, country)[:2] == (value, note)


@pytest.mark.parametrize(
    ("written", "value"),
    [("España", "ES"), ("SPAIN", "ES"), ("esp", "ES"), ("Reino Unido", "GB"), ("U.S.A.", "US"), ("Méjico", "MX")],
)
def test_a_country(written: str, value: str) -> None:
    assert places.country(written).value == value


def test_the_provinces_are_those_of_their_postcodes() -> None:
    found = [places.province(f"{place:02d}001", "ES").value for place in (1, 8, 28, 41, 46, 50, 52)]

    assert found == ["Álava", "Barcelona", "Madrid", "Sevilla", "Valencia", "Zaragoza", "Melilla"]
    assert len(places.PROVINCES) == 52


@pytest.mark.parametrize(("answer", "value"), [("Sí", "yes"), ("x", "yes"), ("N", "no"), ("falso", "no"), ("", None)])
def test_a_yes_or_a_no(answer: str, value: str | None) -> None:
    assert answers.yes_or_no(answer).value == value
