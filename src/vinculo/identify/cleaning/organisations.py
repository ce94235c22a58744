"""Organisations: told from persons by their legal form or by the words that begin their names."""

import re

from vinculo.identify.cleaning import texts

_FORMS = r"""
    s\.?\s?l\.?(\s?[unpl]\.?)? | s\.?\s?a\.?(\s?[udtls]\.?)? | s\.?\s?c\.?\s?p?\.? | c\.?\s?b\.?
    | s\.?\s?coop\.?(\s?\w{1,4}\.?)? | s\.?\s?a\.?b?\.?\s+de\s+c\.?\s?v\.?
    | s\.?\s+de\s+r\.?\s?l\.?(\s+de\s+c\.?\s?v\.?)? | s\.?\s?r\.?\s?l\.?
    | ltda?\.? | limited | l\.?l\.?c\.? | l\.?l\.?p\.? | p\.?l\.?c\.? | inc\.? | corp(oration)?\.?
    | gmbh | g\.?m\.?b\.?h\.? | a\.?g\.? | k\.?g\.? | sarl | s\.?a\.?r\.?l\.? | s\.?p\.?a\.? | b\.?v\.? | n\.?v\.?
    | lda\.? | unipessoal | e\.?i\.?r\.?l\.? | a\.?i\.?e\.? | u\.?t\.?e\.? | oy | aps | a/s | s\.?e\.?
"""
_FORM = re.compile(rf"(?<=[\s,])\(?({_FORMS})\)?$", re.IGNORECASE | re.VERBOSE)
_POINTED_OR_CAPITAL = re.compile(r"[.]|^\(?[A-Z/ ]{2,}\)?$")
_LONG_FORMS = frozenset(("limited", "ltd", "ltda", "llc", "llp", "plc", "inc", "corp", "gmbh", "sarl", "lda", "eirl"))
_STARTS = (
    *("ayuntamiento", "asociacion", "fundacion", "universidad", "colegio", "instituto", "comunidad de", "ministerio"),
    *("cooperativa", "federacion", "hotel", "restaurante", "farmacia", "talleres", "club", "parroquia", "hospital"),
    *("diputacion", "consejeria", "junta de", "centro de", "empresa", "grupo", "the university", "city of", "camara"),
    *("associacao", "fundacao", "camara municipal", "universidade", "escola", "escuela", "clinica", "construcciones"),
    *("transportes", "distribuciones", "comercial", "sociedad", "banco", "caja rural", "supermercados"),
)


def legal_form(name: str) -> str:
    """Return the legal form that ends a name, as it was written; empty when there is none.

    A short form without points must be in capitals, for people end in Sa and Ag as well.

    >>> legal_form("Panadería Pérez, S.L."), legal_form("ACME SA de CV"), legal_form("Ana Sa"), legal_form("Tools Ltd")
    ('S.L.', 'SA de CV', '', 'Ltd')
    """
    match = _FORM.search(name)
    if not match:
        return ""
    form = match.group(0).strip("()")
    bare = re.sub(r"[^a-z]", "", form.lower())
    sure = _POINTED_OR_CAPITAL.search(form) or bare in _LONG_FORMS or " de " in form.lower()
    if form.lower() == form and bare not in _LONG_FORMS and "." not in form and " de " not in form:
        return ""
    return form if sure else ""


def is_organisation(name: str) -> bool:
    """Tell whether a tidy name is that of an organisation.

    >>> is_organisation("Ayuntamiento de Lugo"), is_organisation("Muebles López SL"), is_organisation("José López")
    (True, True, False)
    """
    return bool(legal_form(name)) or texts.plain(name).startswith(tuple(f"{start} " for start in _STARTS))


def bare_name(name: str) -> str:
    """Return the name of an organisation in plain letters without its legal form, by which names are compared.

    >>> bare_name("Panadería Pérez, S.L."), bare_name("ACME SA de CV"), bare_name("Muebles López")
    ('panaderia perez', 'acme', 'muebles lopez')
    """
    form = legal_form(name)
    return texts.plain(name[: name.rindex(form)] if form else name)
