"""Columns: which column of a file is which, guessed from headers and values, and always open to correction."""

from collections.abc import Mapping, Sequence

from vinculo.foundation.errors import InputError
from vinculo.foundation.language import Translate
from vinculo.identify.parties import evidence, synonyms
from vinculo.warehouse.reading.columns import mapping as order_mapping
from vinculo.warehouse.reading.columns import synonyms as order_synonyms
from vinculo.warehouse.reading.report import MappedColumn

ACCEPTED = 0.45
"""A guess below this confidence is not made."""
UNSURE = 0.7
"""A guess below this confidence is pointed out."""
FROM_VALUES = {"customers": ("email", "phone", "tax_id"), "products": (), "relations": ()}
Weights = Sequence[dict[str, float]]


def guess(
    kind: str, headers: Sequence[str], weights: Weights, given: Mapping[str, str], translate: Translate
) -> tuple[MappedColumn, ...]:
    """Return the mapping: what was asked for, then what headers say, then what values say.

    Raises `InputError` when a name asked for does not exist.
    """
    asked = overrides(kind, headers, given)
    chosen = {target: (place, 1.0, "asked for") for target, place in asked.items() if place is not None}
    taken = {place for place, _, _ in chosen.values()}
    targets = synonyms.targets(kind)
    scores = sorted(
        (-evidence.plausible(synonyms.likeness(kind, header, target), target, weights[place]), place, rank, target)
        for place, header in enumerate(headers)
        for rank, target in enumerate(targets)
        if target not in asked
    )
    for score, place, _, target in scores:
        if -score >= ACCEPTED and place not in taken and target not in chosen:
            chosen[target] = (place, round(-score, 2), "its name")
            taken.add(place)
    for target in FROM_VALUES[kind]:
        free = [place for place in range(len(headers)) if place not in taken and weights[place].get(target, 0) > 0.8]
        if len(free) == 1 and target not in chosen and target not in asked:
            chosen[target] = (free[0], 0.6, "its values")
            taken.add(free[0])
    settle_names(kind, chosen, asked)
    return tuple(
        MappedColumn(target, headers[chosen[target][0]], chosen[target][1], translate(chosen[target][2]))
        for target in targets
        if target in chosen
    )


def settle_names(kind: str, chosen: dict[str, tuple[int, float, str]], asked: Mapping[str, int | None]) -> None:
    """Tell a full name from a given name: "Nombre" beside surnames is only the first part."""
    if kind != "customers" or {"name", "given_name"} & set(asked):
        return
    surnames = {"family_name", "family_names"} & set(chosen)
    if surnames and "name" in chosen and "given_name" not in chosen:
        chosen["given_name"] = chosen.pop("name")
    elif not surnames and "given_name" in chosen and "name" not in chosen:
        chosen["name"] = chosen.pop("given_name")


def overrides(kind: str, headers: Sequence[str], given: Mapping[str, str]) -> dict[str, int | None]:
    """Return the place of the column asked for by target, None where a target is to be left out."""
    places: dict[str, int | None] = {}
    for target, header in given.items():
        if target not in synonyms.targets(kind):
            raise InputError(
                "There is no column {target!r} to map to: choose among {targets}.",
                target=target,
                targets=", ".join(synonyms.targets(kind)),
            )
        if not header:
            places[target] = None
            continue
        same = [place for place, own in enumerate(headers) if own == header.strip()]
        alike = [
            place for place, own in enumerate(headers) if order_synonyms.words(own) == order_synonyms.words(header)
        ]
        if not same and len(alike) != 1:
            raise InputError(
                "There is no column {header!r} for {target}: the headers found are {headers}.",
                header=header,
                target=target,
                headers=order_mapping.listed(headers),
            )
        places[target] = (same or alike)[0]
    return places


KEYS = {
    "customers": ("source_key", "tax_id", "email", "phone"),
    "products": ("source_key", "name"),
    "relations": ("first",),
}
"""What a row can be told by, in the order in which one is chosen."""


def match_key(kind: str, mapping: Sequence[MappedColumn], headers: Sequence[str], asked: str = "") -> str:
    """Return the target by which rows are matched with what is there already.

    Raises `InputError` when the file names nobody.
    """
    found = {item.target for item in mapping}
    candidates = KEYS[kind]
    if asked and (asked not in candidates or asked not in found):
        raise InputError(
            "Rows cannot be matched by {asked!r}: choose one of {choices} that has a column.",
            asked=asked,
            choices=", ".join(candidates),
        )
    key = asked or next((target for target in candidates if target in found), "")
    if not key:
        raise InputError(
            "No column tells one row from another: needed is one of {needed}; the headers found are {headers}. "
            "Say which column is which.",
            needed=", ".join(candidates),
            headers=order_mapping.listed(headers),
        )
    order_mapping.require_header(
        [synonyms.likeness(kind, item.column, item.target) for item in mapping], mapping, headers
    )
    return key


def likeliest_kind(headers: Sequence[str]) -> str:
    """Return what the rows of a file with these headers are: orders, customers, products or relations.

    >>> likeliest_kind(["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"])
    'orders'
    >>> likeliest_kind(["Código", "Nombre", "Apellidos", "Correo", "Teléfono"])
    'customers'
    >>> likeliest_kind(["Referencia", "Descripción", "Familia", "PVP", "Coste"])
    'products'
    >>> likeliest_kind(["Persona", "Empresa", "Cargo", "Desde", "Hasta"])
    'relations'
    """
    best: dict[str, float] = {}
    for target in order_synonyms.TARGETS:
        best[target] = max((order_synonyms.likeness(header, target) for header in headers), default=0.0)
    dated = best["happened_at"] > 0.7
    money = max(best["amount"], best["gross"], best["unit_price"]) > 0.7
    traded = max(best["quantity"], best["order_id"]) > 0.7
    if dated and money and (traded or best["customer_id"] > 0.7):
        return "orders"
    personal = ("email", "phone", "phone_2", "tax_id", "family_name", "family_names", "postcode", "city", "birth_on")
    goods = ("list_price", "unit_cost", "category", "category_2")
    people = sum(max(synonyms.likeness("customers", header, target) for header in headers) > 0.7 for target in personal)
    things = sum(max(synonyms.likeness("products", header, target) for header in headers) > 0.7 for target in goods)
    if people >= max(1, things):
        return "customers"
    if things:
        return "products"
    if all(
        max(synonyms.likeness("relations", header, target) for target in targets for header in headers) > 0.7
        for targets in (("first",), ("second",), ("relation", "post"))
    ):
        return "relations"
    return "orders" if dated and money else "customers"
