"""Words of events: what people read for types, reasons and remarks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TYPES = {
    "identify": _("says who it is"),
    "track": _("did something"),
    "page": _("saw a page"),
    "screen": _("saw a screen"),
    "group": _("belongs to an organisation"),
    "alias": _("goes by another name"),
}
"""What the types of the tracking API mean."""
EVENTS = {
    "product viewed": _("Product viewed"),
    "product added": _("Product put in the cart"),
    "product removed": _("Product taken out of the cart"),
    "cart viewed": _("Cart viewed"),
    "checkout started": _("Checkout started"),
    "order completed": _("Order placed"),
    "order updated": _("Order changed"),
    "order refunded": _("Order refunded"),
    "order cancelled": _("Order cancelled"),
    "signed up": _("Signed up"),
    "signed in": _("Signed in"),
    "signed out": _("Signed out"),
    "account created": _("Account created"),
    "account deleted": _("Account deleted"),
    "account added user": _("Came into an account"),
    "account removed user": _("Left an account"),
    "invite sent": _("Invited somebody"),
    "trial started": _("Trial begun"),
    "trial ended": _("Trial ended"),
}
"""Names of events that everybody uses."""
REASONS = {
    "malformed": _("is no JSON"),
    "not_an_object": _("is no JSON object"),
    "too_large": _("is larger than 32 KB"),
    "too_deep": _("is nested too deep"),
    "characters": _("holds a character or a number that cannot be stored"),
    "type": _("has no type that is known"),
    "nobody": _("has neither userId nor anonymousId"),
    "user_id": _("has a userId that is no text of at most 250 characters"),
    "anonymous_id": _("has an anonymousId that is no text of at most 250 characters"),
    "message_id": _("has a messageId that is no text of at most 250 characters"),
    "group_id": _("has no groupId"),
    "invitee": _("invites nobody whose e-mail address can be read"),
    "relation": _("speaks of a role that cannot be"),
    "previous_id": _("has no userId or no previousId"),
    "event": _("has no name of an event"),
    "time": _("has a time that cannot be read"),
    "traits": _("has traits that are no object"),
    "order_id": _("speaks of an order without order_id"),
    "amount": _("has an amount that cannot be read"),
    "quantity": _("has a quantity that cannot be read"),
    "currency": _("has a currency that does not exist"),
    "unforeseen": _("could not be understood"),
}
"""Why an event is in quarantine."""
REMARKS = {
    "without_zone": _("time without a zone: read in that of the source"),
    "ahead": _("time in the future: taken as when it came in"),
}
"""What is to be said of when an event happened."""


def name(kind: str, written: str) -> str | Promise:
    """Return what an event is called."""
    return EVENTS.get(written.lower(), written) or TYPES.get(kind, kind)
