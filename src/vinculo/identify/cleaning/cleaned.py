"""A cleaned value: what a cell means, and the note that says what was done or what is wrong with it."""

from typing import NamedTuple


class Cleaned(NamedTuple):
    """One value after cleaning; `value` is null where nothing usable is left."""

    value: str | None
    note: str = ""
    """A code of NOTES; empty when nothing has to be said."""
    suggestion: str = ""


NOTHING = Cleaned(None)

PLACEHOLDER = "placeholder"
UNREADABLE = "unreadable"
ROUNDED = "rounded"
RESTORED = "restored"
UNUSUAL = "unusual"
CHECKSUM = "checksum"
TYPO = "typo"
GUESSED = "guessed"
DERIVED = "derived"
MISSING = "missing"
TOTAL = "total"
LONG = "long"

SET_ASIDE = (UNREADABLE, ROUNDED, LONG)
"""Notes of values that do not come in: the row does, without them."""

NOTES = {
    PLACEHOLDER: "a value that means none, such as no@tiene.com or 000000000",
    UNREADABLE: "a value that cannot be read",
    ROUNDED: "a number whose last digits a spreadsheet has cut off",
    RESTORED: "a value put back as it was before a spreadsheet changed it",
    UNUSUAL: "a phone number that is possible but not known to be in use",
    CHECKSUM: "a tax number whose control digit is wrong",
    TYPO: "an e-mail address at a misspelt provider",
    GUESSED: "a name that was split by guessing",
    DERIVED: "a value worked out from another column",
    MISSING: "a value that must be there",
    TOTAL: "a row that adds up the others",
    LONG: "a value that is too long",
}
"""What each note means."""
