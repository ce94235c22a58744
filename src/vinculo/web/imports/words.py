"""Words of imports: what people read for targets, notes, counts, encodings and choices."""

from django.utils.translation import gettext_lazy as _

from vinculo.identify.parties import synonyms as parties
from vinculo.warehouse.reading.columns import synonyms as orders

TARGETS = {
    "source_key": _("Number or code"),
    "kind": _("Person or organisation"),
    "standing": _("Customer or prospect"),
    "name": _("Full name"),
    "given_name": _("Given name"),
    "family_names": _("Family names, both in one"),
    "family_name": _("Family name"),
    "second_family_name": _("Second family name"),
    "organisation": _("Organisation"),
    "email": _("E-mail"),
    "email_2": _("Second e-mail"),
    "phone": _("Phone"),
    "phone_2": _("Mobile or second phone"),
    "tax_id": _("Tax number"),
    "birth_on": _("Birth date"),
    "language": _("Language"),
    "country": _("Country"),
    "lines": _("Street"),
    "lines_2": _("Rest of the street"),
    "street_number": _("House number"),
    "postcode": _("Postcode"),
    "city": _("City"),
    "region": _("Region"),
    "acquisition_channel": _("Acquisition channel"),
    "acquired_on": _("Customer since"),
    "consent": _("Consent"),
    "consent_email": _("Consent to e-mail"),
    "consent_phone": _("Consent to calls"),
    "consent_post": _("Consent to post"),
    "consent_sms": _("Consent to SMS"),
    "consent_on": _("Day of the consent"),
    "consent_origin": _("Origin of the consent"),
    "interest": _("Interest"),
    "stage": _("Stage"),
    "first": _("The first, by a number or e-mail"),
    "second": _("The second, by a number or e-mail"),
    "relation": _("Kind of relation"),
    "post": _("Post"),
    "decision": _("Part in decisions"),
    "main_contact": _("Main contact"),
    "begins_on": _("Since"),
    "ends_on": _("Until, that day not included"),
    "share_percent": _("Share in %"),
    "note": _("Note"),
    "category": _("Category"),
    "category_2": _("Category below"),
    "category_3": _("Third category"),
    "list_price": _("List price"),
    "unit_cost": _("Unit cost"),
    "currency": _("Currency"),
    "customer_id": _("Customer number"),
    "happened_at": _("Date"),
    "time": _("Time"),
    "order_id": _("Order number"),
    "product_id": _("Product code"),
    "product_name": _("Product name"),
    "channel": _("Channel"),
    "segment": _("Segment"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "amount": _("Net amount"),
    "gross": _("Gross amount"),
    "discount": _("Discount"),
    "cost": _("Cost"),
}
"""What a column may be."""

COUNTS = {
    "rows": _("rows in the file"),
    "new": _("new"),
    "updated": _("updated"),
    "unchanged": _("unchanged"),
    "rejected": _("rejected"),
    "totals": _("rows of totals, set aside"),
    "set_aside": _("cells set aside"),
    "duplicates": _("exact duplicates"),
    "not_contactable": _("not contactable"),
    "consents": _("answers for the consent log"),
    "erased": _("rows of erased persons, left out"),
}
"""Counts shown as figures, in this order."""

LINE_KINDS = {
    "sale": _("sales"),
    "return": _("returns"),
    "cancellation": _("cancellations"),
    "guest": _("sales to guests"),
    "zero_price": _("lines at no price"),
    "not_goods": _("postage, fees and other lines that are no goods"),
    "adjustment": _("adjustments"),
    "other_currency": _("lines in another currency"),
    "future": _("lines in the future"),
    "after_as_of": _("lines after the day looked from"),
}

NOTES = {
    "placeholder": _("values that mean none"),
    "unreadable": _("values that cannot be read"),
    "rounded": _("numbers cut off by a spreadsheet"),
    "restored": _("values put back as they were before a spreadsheet changed them"),
    "unusual": _("phone numbers not known to be in use"),
    "checksum": _("tax numbers with a wrong control digit"),
    "typo": _("addresses at a misspelt provider"),
    "guessed": _("names split by guessing"),
    "total": _("rows that add up the others"),
    "missing": _("values that must be there"),
    "long": _("values that are too long"),
}

ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows-1252"),
    ("cp850", "DOS 850"),
    ("mac_roman", "Mac Roman"),
    ("utf-16", "UTF-16"),
)
DELIMITERS = ((";", _("semicolon")), (",", _("comma")), ("\t", _("tab")), ("|", _("bar")))
BLANK = ("customers", "products", "orders")
"""Kinds of which there are blank files."""
DATE_ORDERS = (("dmy", _("day first")), ("mdy", _("month first")), ("ymd", _("year first")))
DECIMALS = ((",", _("comma")), (".", _("point")))
POLICIES = (
    ("overwrite", _("overwrite")),
    ("mirror", _("overwrite, and empty where empty")),
    ("fill", _("fill only what is empty")),
    ("append", _("keep and add")),
    ("never", _("leave alone")),
)
FOLLOWED = ("customers", "products")
"""Kinds whose columns may be overwritten, filled or left alone."""
KINDS = (
    ("customers", _("Customers")),
    ("products", _("Products")),
    ("orders", _("Orders")),
    ("relations", _("Relations")),
)


def named(kind: str, target: str) -> str:
    """Return what people call a target of a kind of file."""
    goods = kind == "products" and target == "name"
    return str(TARGETS["product_name"] if goods else TARGETS[target])


def targets(kind: str) -> tuple[str, ...]:
    """Return what the columns of a kind of file may be."""
    return orders.TARGETS if kind == "orders" else parties.targets(kind)
