"""Numbers: which mark is the decimal one, by a vote over the column, and the SQL that reads a text as a number."""

import re
from collections.abc import Sequence

TYPE = "DECIMAL(18, 6)"
"""Numbers are exact to six digits below one million million."""
CURRENCY_MARKS = "€$£¥₹₽₺₩₡₲₱"
CURRENCY_WORDS = (
    "euros?|eur|usd|gbp|mxn|ars|clp|cop|pen|brl|uyu|jpy|chf|sek|nok|dkk|pln|czk|huf|ron|cad|aud|nzd|zar|inr|cny|try"
    "|us|r|s/[.]?|kr[.]?|zł|kč|ft|lei|bs[.]?"
)
THOUSANDS = {",": ".", ".": ","}
_PLAIN = re.compile(r"[-+]?9+(\.9+)?")


def proof(mark: str) -> str:
    """Return the pattern of texts in which a mark can only be the decimal one.

    It stands before one, two or more than three digits, or after more than three, or after the other mark, or the
    other mark stands twice.
    """
    other = THOUSANDS[mark]
    return (
        rf"[{mark}]\d\d?([^\deE]|$)|[{mark}]\d{{4}}|\d{{4}}[{mark}]\d|\d[{other}]\d.*\d[{mark}]\d"
        rf"|\d[{other}]\d{{3}}[{other}]\d{{3}}"
    )


def votes(text: str, mark: str) -> str:
    """Return the SQL that counts the rows of a text column which prove a decimal mark.

    Numbers that a sheet held as numbers end in e0 and have no vote.
    """
    other = THOUSANDS[mark]
    # Most numbers are whole: without a mark there is nothing to match.
    marked = f"contains({text}, '{mark}') OR {text} LIKE '%{other}%{other}%'"
    proves = f"regexp_matches({text}, '{proof(mark)}') AND NOT ends_with({text}, 'e0')"
    return f"count_if(CASE WHEN {marked} THEN {proves} ELSE FALSE END)"


def ambiguous(shapes: Sequence[str]) -> bool:
    """Tell whether the choice of the mark matters: some value holds a point or a comma."""
    return any("." in shape or "," in shape for shape in shapes if not shape.endswith("E9"))


def sql(text: str, shapes: Sequence[str], mark: str) -> str:
    """Return the SQL that reads a trimmed text as an exact number, null where it is none.

    A narrow reading made for the shapes of the sample comes first; what it refuses goes to the thorough one. The text
    may carry a currency, spaces or apostrophes between thousands, a minus before or after, or parentheses for a
    negative. Marks between thousands must stand every three digits: 12.50 is never read as 1250.
    """
    # Inside a CASE the engine reads the thorough way only where the narrow one failed.
    tries = ", ".join([*narrow(text, shapes, mark), thorough(text, mark)])
    return f"CASE WHEN {text} IS NOT NULL THEN coalesce({tries}) END"


def narrow(text: str, shapes: Sequence[str], mark: str) -> list[str]:
    """Return the SQL that reads the shapes of the sample fast, if there is one."""
    used = set("".join(shapes)) - {"9", "-"}
    if mark == "." and all(_PLAIN.fullmatch(shape) for shape in shapes):
        return [f"CASE WHEN regexp_full_match({text}, '-?\\d+([.]\\d+)?') THEN TRY_CAST({text} AS {TYPE}) END"]
    if not used <= {".", ",", " ", *CURRENCY_MARKS}:
        return []
    around = f"[{''.join(sorted(used - {'.', ','}))}]*" if used - {".", ","} else ""
    between = THOUSANDS[mark]
    pattern = f"{around}-?{around}(\\d+|\\d{{1,3}}([{between}]\\d{{3}})+)?([{mark}]\\d*)?{around}"
    number = text
    for sign in sorted(used - {mark}):
        number = f"replace({number}, '{sign}', '')"
    number = f"replace({number}, ',', '.')" if mark == "," else number
    return [f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN TRY_CAST({number} AS {TYPE}) END"]


def thorough(text: str, mark: str) -> str:
    """Return the SQL that reads every way of writing a number that we know."""
    between = THOUSANDS[mark]
    bare = f"trim(translate({text}, chr(8722) || chr(160) || chr(8239) || chr(9) || '{CURRENCY_MARKS}', '-   '))"
    before, after = f"^([-(]?) ?({CURRENCY_WORDS}) ?", f"^([^a-z]+?) ?({CURRENCY_WORDS})( ?[-)]?)$"
    bare = f"trim(regexp_replace({bare}, '{before}|{after}', '\\1\\3\\5', 'i'))"
    bare = f"regexp_replace({bare}, '^\\( *([^-]+?) *\\)$', '-\\1')"
    bare = f"regexp_replace({bare}, '^([^-]+?) *-$', '-\\1')"
    grouped = f"[-+]? ?(\\d+|\\d{{1,3}}([{between} '']\\d{{3}})+)?([{mark}]\\d*)?"
    scientific = "-?\\d+[.]?\\d*[eE][-+]?\\d+" if mark == "." else "-?\\d+[.,]?\\d*[eE][-+]?\\d+"
    digits = f"translate({bare}, '{mark}{between} ''+', '.')"
    return (
        f"CASE WHEN regexp_full_match({bare}, '{grouped}') THEN TRY_CAST({digits} AS {TYPE}) "
        f"WHEN regexp_full_match({bare}, '{scientific}') THEN TRY_CAST(replace({bare}, ',', '.') AS {TYPE}) END"
    )
