"""What is done with products one by one; imports write in bulk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.orders.arriving import LONGEST
from vinculo.identify.records.models import Product, Source
from vinculo.identify.records.parties import products
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.identify.records.services import by_hand

CHANGEABLE = ("name", "category", "list_price_minor", "unit_cost_minor", "currency")
MONEY = ("list_price_minor", "unit_cost_minor")


def product_put(*, source: Source, code: str, fields: Mapping[str, Any], now: datetime) -> Product:
    """Add a product of a source, or say something new of it: what is not said stays; a record keeps who said it.

    Raises
    ------
    InputError
        It has no code or a longer one than is looked up, an unknown field, or an amount without a currency.
    """
    unknown = sorted(set(fields) - set(CHANGEABLE))
    if unknown:
        raise InputError("{fields} of a product cannot be changed by hand.", fields=", ".join(unknown))
    if not code.strip() or len(code.encode()) > LONGEST["product_id"]:
        raise InputError("A product needs a code of at most {longest} bytes.", longest=LONGEST["product_id"])
    with by_hand.writing(), connection.cursor() as cursor:
        held = Product.objects.filter(source=source, code=code).select_related("category").first()
        currency = fields.get("currency", held.currency if held else "")
        if not currency and any(fields.get(name) is not None for name in MONEY):
            raise InputError("An amount needs its currency.")
        said = {name: value for name, value in fields.items() if held is None or value != said_of(held)[name]}
        if said or held is None:
            raw: Any = cursor
            payload = {"clean": said, "by_hand": True, "by": actor.current().name}
            products.change(raw, Arrival(0, source.pk, "products", now), code=code, said=payload)
    return Product.objects.select_related("source", "category").get(source=source, code=code)


def said_of(product: Product) -> dict[str, Any]:
    """Return the fields of a product that may be changed."""
    plain = {name: getattr(product, name) for name in CHANGEABLE if name != "category"}
    return {**plain, "category": product.category.path if product.category else ""}
