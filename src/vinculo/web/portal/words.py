"""Words: what moved, in words a member understands; what is refused and what is ahead, in the language of the page."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vinculo.foundation.phrases import Phrase
from vinculo.programs.ledger import refusals as ledger
from vinculo.programs.records.models import Redemption
from vinculo.programs.records.portal.selectors import Line
from vinculo.programs.rewards import refusals
from vinculo.web import permission

AWARDS = {
    "purchase": _("Points for a purchase"),
    "promotion": _("Points from a promotion"),
    "birthday": _("Points for your birthday"),
    "recovery": _("Points to make something good"),
    "referral": _("Points for bringing a friend"),
    "challenge": _("Points for a challenge"),
    "survey": _("Points for your answers"),
    "welcome": _("Points as a welcome"),
    "guarantee": _("Points for a promise we did not keep"),
    "adjustment": _("Correction"),
    "partner": _("Points from a partner"),
    "import": _("Points you brought along"),
}
KINDS = {
    "award": _("Points for you"),
    "release": _("Promised points are yours now"),
    "spend": _("Exchanged for a reward"),
    "reserve": _("Set aside for a reward"),
    "confirm": _("The reward was used"),
    "expire": _("Points ran out"),
    "reinstate": _("Points that had run out are back"),
    "transfer": _("Passed on to somebody else"),
    "block": _("Points are blocked"),
    "unblock": _("Blocked points are free again"),
    "adjust": _("Correction"),
}
RESOLVED = {
    ("timeout", "reserve"): _("Given back: the reward was not used in time"),
    ("cancel", "reserve"): _("Given back: you did not want the reward"),
    ("timeout", "award"): _("Promised points ran out"),
    ("cancel", "award"): _("Promised points were taken back"),
    ("reverse", "award"): _("Taken back: a purchase was returned"),
}
STATES = {
    Redemption.State.RESERVED: pgettext_lazy("reward", "set aside for you"),
    Redemption.State.ISSUED: pgettext_lazy("reward", "yours, not used yet"),
    Redemption.State.CONFIRMED: pgettext_lazy("reward", "used"),
    Redemption.State.CANCELLED: pgettext_lazy("reward", "cancelled, points given back"),
    Redemption.State.EXPIRED: pgettext_lazy("reward", "not used in time, points given back"),
    Redemption.State.LAPSED: pgettext_lazy("reward", "not used in time"),
    Redemption.State.RETURNED: pgettext_lazy("reward", "taken back"),
}
REFUSED = {
    "reward.not_yet": _("Not offered to you yet."),
    "reward.out_of_stock": _("None is left at the moment."),
    "reward.no_code_left": _("None is left at the moment."),
    "reward.budget_spent": _("None is left at the moment."),
    "reward.limit_reached": _("You have had as many of this as one may have."),
    "reward.stopped": _("This is not offered any more."),
    "reward.over": _("This is not offered any more."),
    "points.insufficient": _("You do not have enough points for it."),
    "member.not_active": _("Your membership is stopped at the moment."),
    "redemption.issued": _("It has been given out and cannot be cancelled any more."),
    "redemption.confirmed": _("It has been used and cannot be cancelled any more."),
    "redemption.expired": _("Its time is over; the points come back by themselves."),
}


def of_line(line: Line) -> str:
    """Return what an entry of the history was."""
    kind, about = line.entry.kind, line.about
    if kind == "award":
        return str(AWARDS.get(line.entry.grant_class, KINDS["award"]))
    if kind == "transfer" and line.entry.received:
        return gettext("Received from somebody else")
    return str(RESOLVED.get((kind, about)) or KINDS.get(kind) or gettext("Given back"))


def promised(line: Line) -> bool:
    """Tell whether an entry gives, or takes back, points that cannot be spent yet."""
    return not line.effect and line.promised != 0


def of_refusal(code: str) -> str:
    """Return why somebody cannot have a reward."""
    return str(REFUSED.get(code) or said(ledger.SENTENCES.get(code) or refusals.SENTENCES[code]))


def said(phrase: Phrase) -> str:
    """Say a phrase in the language of the page, by whichever catalogue knows it."""
    analytical = permission.analytical()

    def translated(sentence: str) -> str:
        found = gettext(sentence)
        return analytical(sentence) if found == sentence else found

    return phrase.say(translated)
