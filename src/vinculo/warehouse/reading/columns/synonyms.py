"""Synonyms: what columns of order files are called, in English and Spanish, best names first."""

import re
import unicodedata
from functools import cache

TARGETS = (
    *("customer_id", "happened_at", "time", "order_id", "product_id", "product_name", "category", "channel"),
    *("country", "segment", "quantity", "unit_price", "amount", "gross", "discount", "unit_cost", "cost", "currency"),
)
NUMBERS = ("quantity", "unit_price", "amount", "gross", "discount", "unit_cost", "cost")
ALIASES = {
    "date": "happened_at",
    "price": "unit_price",
    "net": "amount",
    "net_minor": "amount",
    "gross_minor": "gross",
    "discount_minor": "discount",
    "cost_minor": "cost",
}
"""Other words a mapping may use for a target."""

SYNONYMS: dict[str, str] = {
    "customer_id": """
        customer id, id cliente, cliente id, customer, cliente, customer no, customer number, customer code, client id,
        client, codigo cliente, cod cliente, no cliente, num cliente, numero cliente, user id, member id,
        household id, household key, buyer id, shopper id, account id, card id, loyalty id, id socio, socio, id usuario,
        usuario, no socio, numero socio, codigo socio, tarjeta cliente, donor id, master id, cust id, cid, clienteid,
        comprador, id comprador, user, member""",
    "happened_at": """
        happened at, date, fecha, order date, invoice date, fecha pedido, fecha compra, fecha venta, fecha factura,
        purchase date, transaction date, transaction timestamp, sale date, fecha operacion, fecha ticket,
        fecha transaccion, datetime, timestamp, date time, fecha hora, order timestamp, purchased at, created at,
        order purchase timestamp, ordered at, paid at, processed at, dia, day, trans date, sales date, fecha emision""",
    "time": "time, hora, time of day, trans time, order time, hora venta, hora compra, hora pedido, hora ticket",
    "order_id": """
        order id, invoice no, order no, pedido, id pedido, no pedido, factura, no factura, invoice, invoice id,
        order number, invoice number, num pedido, numero pedido, num factura, numero factura, ticket, no ticket,
        ticket id, id ticket, numero ticket, num ticket, basket id, transaction id, receipt id, receipt no, receipt,
        albaran, no albaran, order, operacion, id operacion, id transaccion, documento, no documento,
        id factura, id venta""",
    "product_id": """
        product id, stock code, sku, item id, codigo producto, cod producto, id producto, codigo articulo,
        cod articulo, id articulo, ref, referencia, product code, item code, item no, ean, upc, isbn, asin, articulo,
        producto, item, product, article, article id, material, codigo""",
    "product_name": """
        product name, description, descripcion, nombre producto, descripcion producto, descripcion articulo,
        item name, product description, item description, product title, denominacion, nombre articulo, concepto,
        articulo descripcion, product, producto, articulo, lineitem name, title, titulo, detalle""",
    "category": """
        category, categoria, product category, categoria producto, familia, family, department, departamento,
        seccion, linea, product line, product type, tipo producto, grupo, product group, category name, subcategoria""",
    "channel": """
        channel, canal, sales channel, canal venta, store id, store, tienda, shop, id tienda, cod tienda, sucursal,
        branch, outlet, source, origen, punto venta, medio, plataforma, platform, store name""",
    "country": """
        country, pais, customer country, country name, country code, shipping country, billing country, pais cliente""",
    "segment": """
        segment, segmento, customer segment, segmento cliente, customer type, tipo cliente, customer group,
        grupo cliente, tier, nivel""",
    "quantity": """
        quantity, cantidad, qty, units, unidades, uds, ud, cant, qty ordered, pieces, piezas, quantity ordered,
        units sold, cantidad vendida, lineitem quantity, number of items, quantity cds""",
    "unit_price": """
        unit price, price, precio, precio unitario, precio unidad, price each, item price, precio venta, pvp, p unit,
        p unitario, lineitem price, selling price, unit amount, precio ud""",
    "amount": """
        amount, importe, net minor, net amount, line total, total linea, importe neto, importe linea, sales value,
        net sales, sales amount, total amount, revenue, sales, ventas, venta, total, subtotal, total price,
        importe total,
        neto, net, monto, valor, value, line amount, extended price, total venta, precio total, spend, gasto, ingresos,
        turnover, facturacion, order total, total pedido, payment value, monetary value,
        dollar value, dollars""",
    "gross": """
        gross, gross minor, gross amount, importe bruto, bruto, gross sales, list amount, ventas brutas, total bruto""",
    "discount": """
        discount, descuento, discount minor, discount amount, importe descuento, dto, retail disc, descuentos,
        total discount, rebaja, line discount""",
    "unit_cost": """
        unit cost, coste unitario, costo unitario, precio coste, precio costo, cost price, cost each, coste unidad""",
    "cost": """
        cost, coste, costo, cost minor, cogs, cost of goods, coste linea, line cost, total cost, coste total,
        costo total, importe coste, coste mercancia""",
    "currency": "currency, moneda, divisa, currency code, codigo moneda, iso currency, cod moneda",
}

STOP = frozenset(
    (
        *("de", "del", "la", "el", "los", "las", "the", "of", "a", "al", "en", "por", "for", "y", "and", "in", "with"),
        *("con", "eur", "euro", "euros", "usd", "gbp", "mxn", "iva", "vat", "inc", "incl", "tax"),
    )
)
"""Words that say nothing about what a column is."""
_SPLIT = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def words(header: str) -> tuple[str, ...]:
    """Return the words of a header, without accents, case, punctuation and small words.

    >>> words("InvoiceNo"), words("Nº de Pedido"), words("  CÓD._cliente "), words("CustomerID")
    (('invoice', 'no'), ('no', 'pedido'), ('cod', 'cliente'), ('customer', 'id'))
    """
    apart = _CAMEL.sub(" ", header.replace("º", "o").replace("ª", "a").replace("#", " no "))
    plain = unicodedata.normalize("NFKD", apart).encode("ascii", "ignore").decode().lower()
    found = [word for word in _SPLIT.split(plain) if word]
    return tuple(word for word in found if word not in STOP) or tuple(found)


@cache
def phrases(target: str) -> tuple[tuple[str, ...], ...]:
    """Return the synonyms of a target as tuples of words, best first."""
    return tuple(tuple(phrase.split()) for phrase in " ".join(SYNONYMS[target].split()).split(", "))


def likeness(header: str, target: str) -> float:
    """Return from 0 to 1 how surely a header names a target.

    >>> likeness("Fecha de compra", "happened_at") > 0.8, likeness("Nombre del cliente", "customer_id") < 0.5
    (True, True)
    """
    own = words(header)
    joined = "".join(own)
    best = 0.0
    for rank, phrase in enumerate(phrases(target)):
        if joined == "".join(phrase):
            return 1.0 - 0.3 * rank / len(phrases(target))
        if set(phrase) < set(own):
            best = max(best, 0.75 * len(phrase) / len(own))
    return best


def known(header: str) -> bool:
    """Tell whether a header is a known name of any target."""
    return bool(header.strip()) and any(likeness(header, target) > 0.69 for target in TARGETS)
