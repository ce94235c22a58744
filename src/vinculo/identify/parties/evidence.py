"""Evidence: which targets the values of a column speak for, by the same cleaning that will read them."""

import re
from collections.abc import Callable, Sequence

from vinculo.identify.cleaning import answers, cleaned, organisations, phones, places, tax_ids, texts
from vinculo.identify.cleaning.cleaned import Cleaned

SAMPLE = 200
"""Values weighed."""
_DATE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}([ T].*)?")
_NUMBER = re.compile(r"[-+]?[€$£]?\s*\d[\d.,\s]*\s*[€$£]?(e0)?")
_CODE = re.compile(r"[A-Za-z0-9_./#-]{1,40}")
_WORDS = re.compile(r"[^\W\d_][^\d@]*")

CONSENTS = ("consent_email", "consent_phone", "consent_post", "consent_sms")
"""Consents of one channel."""


def share(values: Sequence[str], read: Callable[[str], Cleaned]) -> float:
    """Return the share of values that a reader understands without reserve."""
    good = (cleaned.CHECKSUM, cleaned.UNREADABLE, cleaned.ROUNDED)
    return sum((found := read(value)).note not in good and found.value is not None for value in values) / len(values)


def weigh(values: Sequence[str | None], region: str) -> dict[str, float]:
    """Return, for each target that values can speak for, the share of a sample that looks like it.

    >>> weigh(["ana@ejemplo-tienda.es", "luis@ejemplo-tienda.es"], "ES")["email"]
    1.0
    """
    filled = [text for value in values if not texts.meaningless(text := texts.tidy(value))][:SAMPLE]
    if not filled:
        return {}

    def matching(pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.fullmatch(value)) for value in filled) / len(filled)

    def dialled(value: str) -> Cleaned:
        return phones.clean(value, region) if sum(c.isdigit() for c in value) >= 7 else cleaned.NOTHING

    phone = share(filled, dialled)
    dated = matching(_DATE)
    return {
        "email": sum("@" in value for value in filled) / len(filled),
        "phone": 0.0 if dated > 0.5 else phone,
        "tax_id": share(filled, lambda value: tax_ids.clean(value, "ES")),
        "country": share(filled, places.country),
        "postcode": share(filled, lambda value: places.postcode(value, "ES")),
        "language": share(filled, answers.language),
        "consent": share(filled, answers.yes_or_no),
        "date": dated,
        "number": matching(_NUMBER),
        "code": matching(_CODE),
        "words": matching(_WORDS),
        "organisation": sum(organisations.is_organisation(value) for value in filled) / len(filled),
        "distinct": len(set(filled)) / len(filled),
    }


def plausible(likeness: float, target: str, weights: dict[str, float]) -> float:
    """Return the likeness of a header, lowered when values speak against it, yet a sure name is never lost."""
    if not weights or not likeness:
        return likeness * 0.9
    family = target.removesuffix("_2") if target in ("email_2", "phone_2") else target
    factor = 1.0
    if target in CONSENTS:
        family = "consent"
    if family in ("email", "phone", "country", "consent", "language"):
        factor = 0.55 + 0.45 * min(1.0, weights[family] / 0.5)
    elif family == "tax_id":
        factor = 0.5 + 0.5 * min(1.0, weights["code"] / 0.5)
    elif target in ("birth_on", "acquired_on", "consent_on"):
        serial = weights["number"] * (1 - weights["phone"])
        factor = 0.55 + 0.45 * min(1.0, max(weights["date"], serial) / 0.5)
    elif target in ("list_price", "unit_cost"):
        factor = 0.55 + 0.45 * min(1.0, weights["number"] / 0.5)
    elif target in ("given_name", "family_name", "family_names", "city", "organisation"):
        factor = 0.4 + 0.6 * min(1.0, weights["words"] / 0.4)
    elif target == "source_key":
        factor = 0.5 if weights["date"] > 0.9 or weights["email"] > 0.9 else 1.0
    elif target == "name":
        factor = 0.5 if weights["email"] > 0.5 or weights["date"] > 0.5 else 1.0
    return likeness * factor
