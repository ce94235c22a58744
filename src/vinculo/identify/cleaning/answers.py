"""Answers: yes and no as people write them, languages, and what a consent needs before it counts."""

from functools import cache

from babel import Locale

from vinculo.identify.cleaning import texts
from vinculo.identify.cleaning.cleaned import NOTHING, UNREADABLE, Cleaned

_YES = texts.listed("si s yes y x true verdadero v 1 ok sim t acepta acepto accepted on")
_NO = texts.listed("no n false falso f 0 nao off rechaza rechazo rejected")
_PERSON = texts.listed("person persona particular individual p b2c fisica private")
_ORGANISATION = texts.listed(
    "organisation organization organizacion empresa company business sociedad juridica b2b o e entidad"
)
_STAGES = {
    "lost": texts.listed("lost perdido perdida perdidos descartado descartada rechazado closedlost"),
    "converted": texts.listed("converted convertido convertida won ganado ganada cliente customer closedwon"),
    "order": texts.listed("order pedido negotiation negociacion contract contrato cierre"),
    "quote": texts.listed("quote presupuesto oferta propuesta proposal oportunidad opportunity demo cotizacion"),
    "qualified": texts.listed("qualified cualificado cualificada calificado calificada sql mql qualificado"),
    "interest": texts.listed("interest interes interesado interesada lead new nuevo nueva contacto subscriber open"),
}
"""Words that tell a stage, the last of them first: what was won had been a lead."""
_PROSPECT = texts.listed("prospect potencial prospecto lead potential interesado suspect contacto")


def yes_or_no(text: str | None) -> Cleaned:
    """Read a yes or a no.

    >>> yes_or_no("Sí").value, yes_or_no("x").value, yes_or_no("0").value, yes_or_no("quizá").note
    ('yes', 'yes', 'no', 'unreadable')
    """
    tidied = texts.tidy(text)
    answer = texts.plain(tidied)
    if not tidied:
        return NOTHING
    if answer in _YES:
        return Cleaned("yes")
    return Cleaned("no") if answer in _NO or tidied == "-" else Cleaned(None, UNREADABLE)


def kind(text: str | None) -> Cleaned:
    """Read whether a customer is a person or an organisation.

    >>> kind("Empresa").value, kind("Persona física").value
    ('organisation', 'person')
    """
    words = texts.plain(texts.tidy(text)).split()
    if not words:
        return NOTHING
    if any(word in _ORGANISATION for word in words):
        return Cleaned("organisation")
    return Cleaned("person") if any(word in _PERSON for word in words) else Cleaned(None, UNREADABLE)


def standing(text: str | None) -> Cleaned:
    """Read whether a customer is actual or a prospect; whoever is not called a prospect is actual.

    >>> standing("Potencial").value, standing("Activo").value
    ('prospect', 'actual')
    """
    words = texts.plain(texts.tidy(text)).split()
    if not words:
        return NOTHING
    return Cleaned("prospect" if any(word in _PROSPECT for word in words) else "actual")


def stage(text: str | None) -> Cleaned:
    """Read how far a lead is.

    >>> stage("Presupuesto enviado").value, stage("SQL").value, stage("Ganada").value, stage("quizás").note
    ('quote', 'qualified', 'converted', 'unreadable')
    """
    words = texts.plain(texts.tidy(text)).split()
    if not words:
        return NOTHING
    found = next((code for code, known in _STAGES.items() if known & set(words)), None)
    return Cleaned(found) if found else Cleaned(None, UNREADABLE)


@cache
def languages() -> dict[str, str]:
    """Return the codes of languages by their plain names and codes."""
    found: dict[str, str] = {}
    for spoken in ("en", "es", "pt", "fr", "ca", "de", "it"):
        for code, name in Locale(spoken).languages.items():
            if len(code) == 2:
                found.setdefault(texts.plain(str(name)), code)
                found[code] = code
    return found | {"castellano": "es", "esp": "es", "eng": "en", "ing": "en", "valenciano": "ca", "por": "pt"}


def language(text: str | None) -> Cleaned:
    """Read a language by its name or its code.

    >>> language("Castellano").value, language("en-GB").value, language("klingon?").note
    ('es', 'en', 'unreadable')
    """
    tidied = texts.tidy(text)
    if texts.meaningless(tidied):
        return NOTHING
    found = languages()
    code = found.get(texts.plain(tidied)) or found.get(texts.plain(tidied).split(" ")[0])
    return Cleaned(code) if code else Cleaned(None, UNREADABLE)


def contactable(*, answer: str | None, on: str | None, origin: str | None) -> bool:
    """Tell whether a consent counts: a yes, with the day and the place it was given.

    >>> contactable(answer="yes", on="2024-05-01", origin="web form"), contactable(answer="yes", on=None, origin="web")
    (True, False)
    """
    return answer == "yes" and bool(on) and bool(origin)
