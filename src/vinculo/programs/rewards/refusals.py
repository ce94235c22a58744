"""Refusals: why a reward is not given, as an agent could read it aloud; codes never change."""

from vinculo.foundation.phrases import Phrase

SENTENCES = {
    "reward.unknown": Phrase("There is no such reward in this programme."),
    "reward.stopped": Phrase("This reward is not offered at the moment."),
    "reward.over": Phrase("This reward is not offered any more."),
    "reward.not_yet": Phrase("This reward is not offered yet."),
    "reward.not_for_you": Phrase("This reward is for members of another level or group."),
    "reward.out_of_stock": Phrase("None of this reward is left."),
    "reward.no_code_left": Phrase("No code of this reward is left."),
    "reward.budget_spent": Phrase("What may be spent on this reward has been spent."),
    "reward.limit_reached": Phrase("The member has had as many of this reward as one may have."),
    "reward.quantity": Phrase("This reward is given one at a time."),
    "member.unknown": Phrase("There is no such member in this programme."),
    "member.not_active": Phrase("The member does not take part at the moment."),
    "points.insufficient": Phrase("There are not enough points."),
    "redemption.conflict": Phrase("This key was used before for something else."),
    "redemption.unknown": Phrase("There is no such redemption."),
    "redemption.confirmed": Phrase("This redemption has been confirmed before."),
    "redemption.issued": Phrase("This redemption has been given out before."),
    "redemption.cancelled": Phrase("This redemption was cancelled."),
    "redemption.expired": Phrase("This redemption was not used in time."),
    "redemption.lapsed": Phrase("This voucher was not used in time."),
    "redemption.returned": Phrase("This redemption was taken back."),
    "redemption.refused": Phrase("This redemption was refused."),
    "redemption.reserved": Phrase("This redemption has not been confirmed yet."),
    "return.too_many": Phrase("More would be taken back than was given."),
    "code.unknown": Phrase("There is no such code."),
    "code.used": Phrase("This code has been used."),
    "code.expired": Phrase("This code is not good any more."),
    "code.void": Phrase("This code was cancelled."),
    "code.wait": Phrase("Too many wrong codes: wait before you try again."),
}
"""What is said of each code; those of the ledger that are not here are said by the ledger."""
