"""Totals: the row at the end of a list that adds up the others is nobody, and no product either."""

from collections.abc import Mapping

from vinculo.identify.cleaning import texts
from vinculo.warehouse.reading.columns.totals import is_word

NAMING = (
    *("source_key", "name", "organisation", "given_name", "family_name", "family_names", "second_family_name"),
    *("email", "lines", "city", "category"),
)
"""Columns in which the word may stand."""
CONTACTS = ("email", "email_2", "phone", "phone_2", "tax_id", "birth_on", "acquired_on", "consent_on")
"""What only somebody real has."""
SIGNS = ("currency", "country")
"""Columns whose letters speak for nobody."""


def word(given: Mapping[str, str | None], clean: Mapping[str, str | None], key: str) -> str:
    """Return the word by which a row is known for a total, empty for any other row.

    Its key is empty or that word; nobody can be reached by it; and no other cell holds letters. So a customer whose
    number is "Total" comes in with a name or an address, and one called "Total" with a number.
    """
    words = [text for target in NAMING if (cell := given.get(target)) and is_word(text := texts.tidy(cell))]
    if not words or any(clean.get(target) for target in CONTACTS):
        return ""
    cells = {
        target: text
        for target, cell in given.items()
        if isinstance(cell, str) and not target.endswith("_read") and not texts.meaningless(text := texts.tidy(cell))
    }
    others = {target: text for target, text in cells.items() if not is_word(text)}
    lettered = any(map(str.isalpha, "".join(text for target, text in others.items() if target not in SIGNS)))
    return "" if key in others or lettered else words[0]
