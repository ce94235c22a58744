"""Refusals: why a reward is not given, as an agent could read it aloud; codes never change."""

from vinculo.foundation.phrases import Phrase

SENTENCES = {
    "reward.unknown": "There is no such reward in this programme.",
    "reward.stopped": "This reward is not offered at the moment.",
    "reward.over": "This reward is not offered any more.",
    "reward.not_yet": "This reward is not offered yet.",
    "reward.not_for_you": "This reward is for members of another level or group.",
    "reward.out_of_stock": "None of this reward is left.",
    "reward.no_code_left": "No code of this reward is left.",
    "reward.budget_spent": "What may be spent on this reward has been spent.",
    "reward.limit_reached": "The member has had as many of this reward as one may have.",
    "reward.quantity": "This reward is given one at a time.",
    "member.unknown": "There is no such member in this programme.",
    "member.not_active": "The member does not take part at the moment.",
    "points.insufficient": "There are not enough points.",
    "redemption.conflict": "This key was used before for something else.",
    "redemption.unknown": "There is no such redemption.",
    "redemption.confirmed": "This redemption has been confirmed before.",
    "redemption.issued": "This redemption has been given out before.",
    "redemption.cancelled": "This redemption was cancelled.",
    "redemption.expired": "This redemption was not used in time.",
    "redemption.lapsed": "This voucher was not used in time.",
    "redemption.returned": "This redemption was taken back.",
    "redemption.refused": "This redemption was refused.",
    "redemption.reserved": "This redemption has not been confirmed yet.",
    "return.too_many": "More would be taken back than was given.",
    "code.unknown": "There is no such code.",
    "code.used": "This code has been used.",
    "code.expired": "This code is not good any more.",
    "code.void": "This code was cancelled.",
    "code.wait": "Too many wrong codes: wait before you try again.",
}
"""What is said of each code; those of the ledger that are not here are said by the ledger."""


def sentence(code: str) -> Phrase:
    """Return what is said of a refusal.

    >>> str(sentence("code.used"))
    'This code has been used.'
    """
    return Phrase(SENTENCES.get(code, code))
