"""Phone numbers: in E.164 by phonenumbers, with what spreadsheets do to them undone where it can be."""

import re
from collections.abc import Sequence

import phonenumbers

from vinculo.identify.cleaning import texts
from vinculo.identify.cleaning.cleaned import (
    NOTHING,
    PLACEHOLDER,
    RESTORED,
    ROUNDED,
    UNREADABLE,
    UNUSUAL,
    Cleaned,
)

_SCIENTIFIC = re.compile(r"(\d)[.,](\d+)e\+?(\d{1,2})", re.IGNORECASE)
_SPANISH_MOBILE = re.compile(r"(?:(?:\+|00)34)?(6\d{8})")
_MARKS = str.maketrans("", "", " .-()")
_FRACTION = re.compile(r"(\d{6,})[.,]0+(?:e0)?")
REGIONS = ("ES", "GB", "PT", "FR", "MX", "AR", "CO", "CL", "PE", "US", "DE", "IT", "BR")
"""Regions tried, in this order, when nothing says where a file comes from."""


def clean(text: str | None, region: str = "ES") -> Cleaned:
    """Read a phone number as E.164. A possible number is kept even when it is not known to be in use.

    >>> clean("600 12 34 56").value, clean("0034-600123456").value, clean("(020) 7946 0958", "GB").value
    ('+34600123456', '+34600123456', '+442079460958')
    >>> clean("6,00123E+08").note, clean("6,00123456E+08").value, clean("000000000").note, clean("12").note
    ('rounded', '+34600123456', 'placeholder', 'unreadable')
    """
    tidied = texts.tidy(text)
    if texts.meaningless(tidied):
        return Cleaned(None, PLACEHOLDER) if tidied else NOTHING
    digits = re.sub(r"\D", "", tidied)
    note = ""
    if match := _SCIENTIFIC.fullmatch(tidied):
        head, fraction, exponent = match.groups()
        if len(fraction.rstrip("0")) + 2 < int(exponent):
            return Cleaned(None, ROUNDED)
        digits = tidied = (head + fraction).ljust(int(exponent) + 1, "0")[: int(exponent) + 1]
        note = RESTORED
    elif match := _FRACTION.fullmatch(tidied):
        digits = tidied = match.group(1)
        note = RESTORED
    if nobody(digits):
        return Cleaned(None, PLACEHOLDER)
    # Spanish mobiles that begin with 6 are all valid: they need not go through the library by the hundred thousand.
    if region == "ES" and (match := _SPANISH_MOBILE.fullmatch(tidied.translate(_MARKS))):
        return Cleaned(f"+34{match.group(1)}", note)
    number = parsed(first_of(tidied), region)
    if number is None:
        return Cleaned(None, UNREADABLE)
    written = f"+{number.country_code}{'0' if number.italian_leading_zero else ''}{number.national_number}"
    return Cleaned(written, note or ("" if phonenumbers.is_valid_number(number) else UNUSUAL))


def nobody(digits: str) -> bool:
    """Tell whether digits are what is typed to get past a form: all the same, or 123456789."""
    national = digits.removeprefix("0034").removeprefix("34") if len(digits) > 9 else digits
    return len(national) >= 5 and (len(set(national)) == 1 or national in ("123456789", "987654321", "1234567890"))


def first_of(text: str) -> str:
    """Return the first of several numbers in one cell."""
    return re.split(r"\s*[/;|]\s*|\s+(?:y|o|and|or)\s+", text)[0]


def parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """Return the possible number a text stands for, if it is one."""
    dialled = re.sub(r"^\s*00(?=[1-9])", "+", text)
    attempts = [(dialled, region)]
    if re.fullmatch(r"\D*34[6-9]\d{8}", re.sub(r"[\s().-]", "", dialled)) and region == "ES":
        attempts.append((f"+{dialled}", region))
    for attempt, where in attempts:
        try:
            number = phonenumbers.parse(attempt, where or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return number
    return None


def likeliest_region(sample: Sequence[str], *, usual: str = "ES") -> str:
    """Return the region in which most numbers of a sample are valid; the usual one when none stands out.

    >>> likeliest_region(["020 7946 0958", "07400 123456", "0161 496 0000"])
    'GB'
    """
    regions = [usual, *(region for region in REGIONS if region != usual)]
    scores = [(sum(valid(text, region) for text in sample[:100]), -place) for place, region in enumerate(regions)]
    return regions[-max(scores)[1]]


def valid(text: str, region: str) -> bool:
    """Tell whether a text is a valid number when dialled in a region."""
    number = parsed(text, region)
    return number is not None and phonenumbers.is_valid_number(number)
