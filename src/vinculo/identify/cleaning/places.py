"""Places: countries by any name, postcodes with their zeros, provinces, and street lines in one spelling."""

import re
from functools import cache

import pycountry
from babel import Locale

from vinculo.identify.cleaning import texts
from vinculo.identify.cleaning.cleaned import DERIVED, NOTHING, PLACEHOLDER, RESTORED, UNREADABLE, Cleaned

LANGUAGES = ("en", "es", "pt", "fr", "ca", "eu", "gl", "de", "it")
_OTHER_NAMES = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "gran bretana": "GB",
    "great britain": "GB",
    "inglaterra": "GB",
    "eire": "IE",
    "usa": "US",
    "eeuu": "US",
    "ee uu": "US",
    "u s a": "US",
    "holanda": "NL",
    "holland": "NL",
    "espana": "ES",
    "rsa": "ZA",
    "mejico": "MX",
    "hong kong": "HK",
    "korea": "KR",
    "czech republic": "CZ",
    "republica checa": "CZ",
    "turquia": "TR",
    "macedonia": "MK",
    "channel islands": "JE",
}
PROVINCES = dict(
    enumerate(
        """
        Álava,Albacete,Alicante,Almería,Ávila,Badajoz,Illes Balears,Barcelona,Burgos,Cáceres,Cádiz,Castellón,
        Ciudad Real,Córdoba,A Coruña,Cuenca,Girona,Granada,Guadalajara,Gipuzkoa,Huelva,Huesca,Jaén,León,Lleida,
        La Rioja,Lugo,Madrid,Málaga,Murcia,Navarra,Ourense,Asturias,Palencia,Las Palmas,Pontevedra,Salamanca,
        Santa Cruz de Tenerife,Cantabria,Segovia,Sevilla,Soria,Tarragona,Teruel,Toledo,Valencia,Valladolid,Bizkaia,
        Zamora,Zaragoza,Ceuta,Melilla
        """.replace("\n", "")
        .replace("  ", "")
        .strip()
        .split(","),
        start=1,
    )
)
"""Spanish provinces by the first two digits of their postcodes."""
_STREET_WORDS = (
    (r"c/|c\.|cl\.?|cll\.?|calle", "calle"),
    (r"avd?a?\.?|avenida", "avenida"),
    (r"pza?\.?|plza\.?|plaza", "plaza"),
    (r"p[ºo]\.?|pso\.?|paseo", "paseo"),
    (r"ctra\.?|carretera", "carretera"),
    (r"urb\.?|urbanizaci[oó]n", "urbanizacion"),
    (r"pol\.?|pgno\.?|pol[ií]gono", "poligono"),
    (r"rda\.?|ronda", "ronda"),
    (r"st\.?|street", "street"),
    (r"rd\.?|road", "road"),
    (r"ave\.?|avenue", "avenue"),
)
_STARTS = tuple(
    (re.compile(rf"^(?:{pattern})(?=[\s\d/.]|(?<=/))\s*", re.IGNORECASE), word) for pattern, word in _STREET_WORDS[:8]
)


@cache
def countries() -> dict[str, str]:
    """Return the two-letter codes of countries by their plain names and codes."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(texts.plain(str(name)), code)
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "official_name", ""), getattr(country, "common_name", "")):
            if name:
                found[texts.plain(name)] = country.alpha_2
        found[country.alpha_2.lower()] = found[country.alpha_3.lower()] = country.alpha_2
    return found | _OTHER_NAMES


def country(text: str | None) -> Cleaned:
    """Read a country by its name in nine languages, or its code.

    >>> country("España").value, country("Reino Unido").value, country("EIRE").value, country("Atlantis").note
    ('ES', 'GB', 'IE', 'unreadable')
    """
    tidied = texts.tidy(text)
    if texts.meaningless(tidied):
        return Cleaned(None, PLACEHOLDER) if tidied else NOTHING
    if texts.plain(tidied) in ("unspecified", "otro", "otros", "other", "no especificado", "european community"):
        return Cleaned(None, PLACEHOLDER)
    code = countries().get(texts.plain(tidied))
    return Cleaned(code) if code else Cleaned(None, UNREADABLE)


def country_name(code: str, spoken: str) -> str:
    """Return what a language calls a country; what is no code stays as it was written.

    >>> country_name("ES", "en"), country_name("DE", "es"), country_name("Utopía", "en"), country_name("ZZ", "en")
    ('Spain', 'Alemania', 'Utopía', 'ZZ')
    """
    known = len(code) == 2 and code.isupper() and code != "ZZ"
    return str(Locale(spoken).territories.get(code, code)) if known else code


def postcode(text: str | None, country_code: str = "ES") -> Cleaned:
    """Read a postcode, the zero that spreadsheets take from Spanish ones put back.

    >>> postcode("8001"), postcode("08001").value, postcode("sw1a 1aa", "GB").value, postcode("8001.0").value
    (Cleaned(value='08001', note='restored', suggestion=''), '08001', 'SW1A 1AA', '08001')
    """
    tidied = texts.tidy(text).upper()
    if texts.meaningless(tidied) or re.fullmatch("0+", tidied):
        return Cleaned(None, PLACEHOLDER) if tidied else NOTHING
    bare = re.sub(r"[.,]0$", "", tidied)
    if country_code not in ("ES", "DE", "FR", "IT", "MX", "US", "PT"):
        return Cleaned(bare) if re.fullmatch(r"[0-9A-Z -]{2,12}", bare) else Cleaned(None, UNREADABLE)
    if country_code == "ES":
        bare = re.sub(r"^(E|ES)-?(?=\d{5}$)", "", bare)
        if re.fullmatch(r"\d{4}", bare):
            return Cleaned(f"0{bare}", RESTORED)
        return Cleaned(bare) if re.fullmatch(r"(0[1-9]|[1-4]\d|5[0-2])\d{3}", bare) else Cleaned(None, UNREADABLE)
    if re.fullmatch(r"\d{4}", bare) and country_code != "PT":
        return Cleaned(f"0{bare}", RESTORED)
    return Cleaned(bare) if re.fullmatch(r"[0-9]{4,5}(-?\d{3,4})?", bare) else Cleaned(None, UNREADABLE)


def province(code: str | None, country_code: str) -> Cleaned:
    """Return the province a Spanish postcode lies in.

    >>> province("08001", "ES").value
    'Barcelona'
    """
    if country_code != "ES" or not code or not re.fullmatch(r"\d{5}", code):
        return NOTHING
    name = PROVINCES.get(int(code[:2]))
    return Cleaned(name, DERIVED) if name else NOTHING


def street_key(lines: str) -> str:
    """Return the plain spelling of street lines by which addresses are compared.

    >>> street_key("C/ Mayor, nº 5, 3º B"), street_key("CALLE MAYOR 5 3B")
    ('calle mayor 5 3b', 'calle mayor 5 3b')
    """
    text = texts.tidy(lines).lower()
    for pattern, word in _STARTS:
        if pattern.match(text):
            text = pattern.sub(f"{word} ", text, count=1)
            break
    text = re.sub(r"\b(n[ºo°]|n[úu]m(ero)?|piso|planta|puerta|pta|esc(alera)?)\b\.?|n[º°]\.?", " ", text)
    plain = texts.plain(re.sub(r"(?<=\d)[ºª°]", " ", text))
    return re.sub(r"(?<=\d) (?=[a-z]$)", "", plain)
