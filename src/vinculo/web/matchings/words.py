"""Words: what speaks for two records being one customer, and what against, as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, str | Promise] = {
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "second_family_name": _("Second family name"),
    "names": _("Names"),
    "name": _("Name"),
    "birth_date": _("Birth date"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "tax_id": _("Tax number"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "place": _("Town"),
    "domain": _("Web domain"),
}
RULES: dict[str, str | Promise] = {
    "given_name": _("the given names do not fit together"),
    "tax_id": _("the tax numbers differ"),
    "birth_date": _("the birth dates differ"),
    "second_surname": _("the second family names differ"),
    "name": _("the names do not fit together"),
}
STRONG = 6.0
"""Powers of two from which a field says much."""


@dataclass(frozen=True)
class Weight:
    """What one field says: for or against, how strongly, and how long its bar is."""

    name: str | Promise
    weight: float
    words: str | Promise
    percent: int


def weights_of(found: Mapping[str, float]) -> list[Weight]:
    """Return what each field says, the strongest first."""
    most = max((abs(weight) for weight in found.values()), default=1.0) or 1.0
    ordered = sorted(found.items(), key=lambda each: -abs(each[1]))
    return [
        Weight(NAMES.get(name, name), weight, said(weight), round(100 * abs(weight) / most)) for name, weight in ordered
    ]


def said(weight: float) -> str | Promise:
    """Say how much a weight says."""
    if weight >= STRONG:
        return _("speaks strongly for one customer")
    if weight > 0:
        return _("speaks for one customer")
    return _("speaks strongly against") if weight <= -STRONG else _("speaks against")
