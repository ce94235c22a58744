"""Refusals: why the till does not do something, as an assistant could read it aloud; codes never change."""

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.programs.ledger import refusals as ledger
from vinculo.programs.rewards import refusals as rewards

SENTENCES = {
    "purchase.amount": Phrase("The amount of the purchase cannot be read: write it as 12.50."),
    "purchase.reference": Phrase("Write the number of the receipt or order."),
    "purchase.booked": Phrase("The points of this receipt were booked before."),
    "purchase.elsewhere": Phrase("This order came from another system, which gives its points by itself."),
    "purchase.member": Phrase("This receipt is of another member."),
    "purchase.unknown": Phrase("No receipt or order of this number gave points."),
    "return.elsewhere": Phrase("This order came from another system: return it there, and its points follow."),
    "return.amount": Phrase("More would be returned than was bought."),
    "return.whole": Phrase("Points of this order can only be taken back as a whole."),
    "pay.used": Phrase("This reward pays a part of something else, or was taken back."),
    "pay.nothing": Phrase("This reward takes nothing off a bill."),
    "pay.elsewhere": Phrase("What a percentage took off an order of another system, that system has to say."),
    "member.left": Phrase("The member has left the programme."),
    "member.blocked": Phrase("The member is blocked: ask who is in charge."),
    "hand.amount": Phrase("Points given by hand are a whole number of 1 or more."),
    "hand.reason": Phrase("Points given by hand need a reason."),
    "hand.own": Phrase("Somebody else has to agree, not who asked."),
    "hand.decided": Phrase("This was decided before."),
    "undo.nothing": Phrase("There is nothing of yours to undo in this shift."),
    "undo.later": Phrase("Undo what you did after it first."),
    "undo.over": Phrase("It was done too long ago, or by somebody else."),
    "undo.final": Phrase("This cannot be undone at the till."),
    "till.conflict": Phrase("This page was used before for something else: open it again."),
}
"""What is said of each code that is the till's own."""


REFUSED = Phrase("It is refused.")


class RefusalError(InputError):
    """It is refused."""

    code = "till.refused"


def error(code: str) -> RefusalError:
    """Return a refusal as an error that says the same."""
    return RefusalError("{why}", why=sentence(code))


def sentence(code: str) -> Phrase:
    """Return what is said of a refusal, whoever refused.

    >>> str(sentence("points.insufficient")), str(sentence("code.used")), str(sentence("undo.later"))
    ('There are not enough points for it.', 'This code has been used.', 'Undo what you did after it first.')
    """
    return SENTENCES.get(code) or ledger.SENTENCES.get(code) or rewards.SENTENCES.get(code) or REFUSED
