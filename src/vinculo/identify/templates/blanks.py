"""Blanks: empty files with headers that are read for certain, to be filled by whoever has no export to begin with."""

from dataclasses import dataclass

from vinculo.foundation.language import Translate

LANGUAGES = ("en", "es")
DELIMITERS = {"en": ",", "es": ";"}
"""What spreadsheets of a language put between cells."""


@dataclass(frozen=True)
class Column:
    """A column of a blank."""

    target: str
    headers: dict[str, str]
    """By language."""
    meaning: str
    """An English sentence, to be translated."""
    examples: dict[str, str]

    def header(self, language: str) -> str:
        """Return the header in a language."""
        return self.headers.get(language, self.headers["en"])

    def example(self, language: str) -> str:
        """Return a cell as people of a language write it."""
        return self.examples.get(language, self.examples["en"])


def _columns(table: str) -> tuple[Column, ...]:
    """Return columns from lines of target, English and Spanish header, meaning, English and Spanish example."""
    found = []
    for line in table.strip().splitlines():
        target, english, spanish, meaning, *examples = (part.strip() for part in line.split("|"))
        told = dict(zip(LANGUAGES, (examples[0], examples[-1]), strict=True))
        found.append(Column(target, {"en": english, "es": spanish}, meaning, told))
    return tuple(found)


COLUMNS: dict[str, tuple[Column, ...]] = {
    "customers": _columns(
        """
        source_key | Customer number | Número de cliente | The number or code by which you know the customer. | 1001
        kind | Customer type | Tipo de cliente | Person or organisation. | Person | Persona
        given_name | First name | Nombre de pila | The given name of a person. | Ana | Ana
        family_name | Last name | Primer apellido | The family name, the first of two. | Ruiz
        second_family_name | Second surname | Segundo apellido | The second family name, where there is one. | Gil
        organisation | Company name | Razón social | The name of a company; empty for a person. |
        email | E-mail | Correo electrónico | An e-mail address. | ana@ruizgil.es
        phone | Phone | Teléfono | A phone number, with its country code if it is a foreign one. | 932123456
        phone_2 | Mobile | Móvil | A second phone number. | 600123456
        tax_id | Tax number | NIF | The tax number, with its letters. | 12345678Z
        birth_on | Birth date | Fecha de nacimiento | The day of birth. | 1975-04-03 | 03/04/1975
        language | Language | Idioma | The language in which you write to the customer. | Spanish | Español
        lines | Address | Dirección | Street, number, floor and door. | C/ Mayor 5, 2º B
        postcode | Postcode | Código postal | The postcode, with its zeros. | 08001
        city | City | Ciudad | The town. | Barcelona
        region | Province | Provincia | The province or state. | Barcelona
        country | Country | País | The country, or its two letters. | Spain | España
        acquisition_channel | Acquisition channel | Canal de captación | How the customer was won. | Web
        acquired_on | Customer since | Cliente desde | The day on which the customer was won. | 2020-01-31 | 31/01/2020
        consent_email | Email consent | Consentimiento email | Whether you may write by e-mail: yes or no. | yes | sí
        consent_phone | Phone consent | Consentimiento teléfono | Whether you may call: yes or no. | no
        consent_on | Consent date | Fecha de consentimiento | The day of the consents; needed. | 2024-05-01 | 01/05/2024
        consent_origin | Consent origin | Origen del consentimiento | Where they were given; needed. | Web
        """
    ),
    "products": _columns(
        """
        source_key | Product code | Código de producto | The code by which the product is sold. | A-17
        name | Product name | Nombre del producto | What the product is called. | Teapot | Tetera
        category | Category | Categoría | The category; levels may be joined by " / ". | Kitchen / Tea | Cocina / Té
        list_price | List price | Precio tarifa | The price of one piece. | 12.50 | 12,50
        unit_cost | Unit cost | Coste unitario | What one piece costs you. | 7.20 | 7,20
        currency | Currency | Moneda | The currency of both, such as EUR. | EUR
        """
    ),
    "orders": _columns(
        """
        order_id | Order number | Número de pedido | The number of the order; lines of one order share it. | 5001
        happened_at | Order date | Fecha del pedido | The day; the time if known. | 2024-03-31 10:15 | 31/03/2024 10:15
        customer_id | Customer number | Número de cliente | The number of the customer; empty for a guest. | 1001
        product_id | Product code | Código de producto | The code of what was sold. | A-17
        product_name | Product name | Nombre del producto | What it is called. | Teapot | Tetera
        category | Category | Categoría | The category of the product. | Kitchen | Cocina
        quantity | Quantity | Cantidad | How many pieces; below zero for a return. | 2
        amount | Net amount | Importe neto | What was paid for the line, discount taken off. | 22.50 | 22,50
        discount | Discount | Descuento | What was taken off the line. | 2.50 | 2,50
        cost | Cost | Coste | What the line cost you. | 14.40 | 14,40
        currency | Currency | Moneda | The currency of the amounts, such as EUR. | EUR
        channel | Sales channel | Canal de venta | Where it was sold: web, shop, telephone. | Web
        country | Country | País | The country it was sold to. | Spain | España
        """
    ),
}
"""Columns of each blank, in their order."""


def lines(kind: str, *, language: str, translate: Translate) -> list[list[str]]:
    """Return the lines of a blank as delimited text: above each header what goes below it, with an example."""
    columns = COLUMNS[kind]
    explained = [explanation(column, language, translate) for column in columns]
    return [explained, [column.header(language) for column in columns]]


def explained(kind: str, *, language: str, translate: Translate) -> list[list[str]]:
    """Return the sheet that explains a blank: a line a column with its header, its meaning and an example."""
    head = [translate("Column"), translate("What goes in it"), translate("Example")]
    told = [[each.header(language), translate(each.meaning), each.example(language)] for each in COLUMNS[kind]]
    return [head, *told]


def explanation(column: Column, language: str, translate: Translate) -> str:
    """Return what goes into a column, in one cell."""
    example = column.example(language)
    said = translate(column.meaning)
    return f"{said} {translate('Example')}: {example}" if example else said
