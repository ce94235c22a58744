"""Products: listed, read, and said to be what they are."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from vinculo.api.v1 import cursors, fields
from vinculo.api.v1.declared import needs, token_of
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import UnknownError
from vinculo.exchange import scopes
from vinculo.exchange.records.models import Token
from vinculo.identify.records import selectors_api
from vinculo.identify.records.models import Product
from vinculo.identify.records.services import products

router = Router(tags=["products"])


class ProductIn(Given):
    """What may be said of a product; what is not sent stays. Categories go from wide to narrow: `House / Kitchen`."""

    name: fields.Name | None = None
    category: Annotated[str, Field(strict=True, max_length=250)] | None = None
    list_price_minor: fields.Amount | None = None
    unit_cost_minor: fields.Amount | None = None
    currency: fields.Currency | None = None


class ProductOut(Schema):
    """A product as one source codes it; its cost only for a token that may see costs."""

    id: int
    source: str
    code: str
    name: str
    category: str
    list_price_minor: int | None
    unit_cost_minor: int | None
    currency: str


class Asked(Schema):
    """Which products."""

    code: fields.Code | None = None
    source: fields.Code | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


@router.get("/products", response=Page[ProductOut], summary="List products", **needs(scopes.PRODUCTS_READ))
def product_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List products in the order of their numbers; a `code` without its `source` is one of the token's own."""
    place = cursors.open_sealed("products", asked.cursor)
    rows = selectors_api.product_page(
        after=int(place[0]) if place else 0,
        limit=asked.limit + 1,
        code=asked.code or "",
        # A code is one of a source, and found by both.
        source=asked.source or (token_of(request).source.code if asked.code else ""),
    )
    page, following = cursors.page("products", rows, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": [shown(each, token_of(request)) for each in page], "next": following}


@router.get("/products/{product_id}", response=ProductOut, summary="Read a product", **needs(scopes.PRODUCTS_READ))
def product_get(request: HttpRequest, product_id: fields.Id) -> ProductOut:
    """Read a product."""
    product = selectors_api.product_find(product_id=product_id)
    if product is None:
        raise UnknownError("There is no product {number}.", number=product_id)
    return shown(product, token_of(request))


@router.put(
    "/products/by-code/{code}",
    response=ProductOut,
    summary="Add a product or change it",
    **needs(scopes.PRODUCTS_WRITE),
)
def product_put(request: HttpRequest, code: fields.Code, said: ProductIn) -> ProductOut:
    """Say what a product of the token's source is; one that is not there yet is added."""
    token = token_of(request)
    sent = {name: value for name, value in said.model_dump(exclude_unset=True).items() if value is not None}
    return shown(products.product_put(source=token.source, code=code, fields=sent, now=timezone.now()), token)


def shown(product: Product, token: Token) -> ProductOut:
    """Return a product."""
    return ProductOut(
        id=product.pk,
        source=product.source.code,
        code=product.code,
        name=product.name,
        category=product.category.path if product.category else "",
        list_price_minor=product.list_price_minor,
        unit_cost_minor=product.unit_cost_minor if scopes.MONEY in token.scopes else None,
        currency=product.currency,
    )
