"""Words: what happened in a wallet, as somebody at the desk reads it."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from vinculo.programs.records.ledger.selectors import Entry
from vinculo.web.programs.rules.words import GRANTS, Words

KINDS: Words = {
    "award": pgettext_lazy("points", "Given"),
    "release": gettext_lazy("Released"),
    "timeout": gettext_lazy("Not resolved in time"),
    "cancel": gettext_lazy("Cancelled"),
    "spend": gettext_lazy("Exchanged"),
    "reserve": gettext_lazy("Set aside"),
    "confirm": gettext_lazy("Exchanged what was set aside"),
    "reverse": gettext_lazy("Taken back"),
    "expire": gettext_lazy("Expired"),
    "reinstate": gettext_lazy("Given back after expiry"),
    "transfer": gettext_lazy("Handed on"),
    "block": gettext_lazy("Blocked"),
    "unblock": gettext_lazy("Free again"),
    "adjust": gettext_lazy("Corrected by hand"),
}
OUT = ("spend", "reserve", "expire", "block")
WITHIN = ("release", "confirm")
"""Kinds after which the wallet and what is set aside hold what they held together."""


def of_entry(entry: Entry) -> str:
    """Return what a posting did."""
    if entry.received:
        return str(gettext_lazy("Received"))
    said = str(KINDS.get(entry.kind, entry.kind))
    return f"{said}: {GRANTS[entry.grant_class]}" if entry.grant_class in GRANTS else said


def signed(entry: Entry) -> int:
    """Return the points of a posting, below zero where they leave the wallet."""
    if entry.outcome:
        return 0
    leaves = entry.kind in OUT or (entry.kind == "transfer" and not entry.received)
    return -abs(entry.amount) if leaves else entry.amount
