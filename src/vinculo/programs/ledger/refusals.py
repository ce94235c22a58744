"""Refusals: why a post moves nothing; codes never change, sentences can be read aloud."""

from vinculo.foundation.phrases import Phrase

INSUFFICIENT = "points.insufficient"
CONFLICT = "points.conflict"
NOTHING_LEFT = "points.nothing_left"
EXCEEDS = "points.exceeds"
AMOUNT = "points.amount"
RESOLVED = "points.resolved"
CAP = "points.cap"
WALLET_UNKNOWN = "wallet.unknown"
WALLET_BLOCKED = "wallet.blocked"
WALLET_CLOSED = "wallet.closed"
WALLET_OTHER = "wallet.other"
NOT_SPENDABLE = "unit.not_spendable"
POSTING_UNKNOWN = "posting.unknown"
POSTING_FINAL = "posting.final"
AUTHOR = "author.missing"
KIND = "kind.unknown"

SENTENCES = {
    INSUFFICIENT: Phrase("There are not enough points for it."),
    CONFLICT: Phrase("Something else was posted under this key before."),
    NOTHING_LEFT: Phrase("Nothing is left of it to take back or release."),
    EXCEEDS: Phrase("More is asked for than is left of it."),
    AMOUNT: Phrase("This amount cannot be posted."),
    RESOLVED: Phrase("It was released, confirmed or cancelled before."),
    CAP: Phrase("The member has used up what may be taken from the shared points this month."),
    WALLET_UNKNOWN: Phrase("There is no such wallet."),
    WALLET_BLOCKED: Phrase("The member is blocked."),
    WALLET_CLOSED: Phrase("The member has left the programme."),
    WALLET_OTHER: Phrase("The other wallet is the same one, or of another kind of points."),
    NOT_SPENDABLE: Phrase("Points of this kind are not spent."),
    POSTING_UNKNOWN: Phrase("There is no such posting in this wallet."),
    POSTING_FINAL: Phrase("A posting of this kind is not taken back."),
    AUTHOR: Phrase("A correction needs the name of its author."),
    KIND: Phrase("There is no posting of this kind."),
}
"""A sentence for every code."""


class Refused(Exception):
    """A post moves nothing, for the reason of this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
