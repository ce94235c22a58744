"""Words: what the codes of a rule mean, and a rule said in a few lines."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vinculo.measure.charts.reader import Reader
from vinculo.programs.earning import rules as ruled

Words = Mapping[str, str | Promise]

TRIGGERS: Words = {
    "spend": gettext_lazy("A purchase"),
    "product": gettext_lazy("Certain products"),
    "category": gettext_lazy("Certain categories"),
    "channel": gettext_lazy("Certain shops or sites"),
    "geography": gettext_lazy("Members of certain countries"),
    "first_purchase": gettext_lazy("The first purchase"),
    "streak": gettext_lazy("Weeks or months in a row with a purchase"),
    "event": gettext_lazy("An event of your shop or app"),
    "birthday": gettext_lazy("A birthday"),
    "referral": gettext_lazy("A recommendation"),
    "survey": gettext_lazy("A survey answered"),
    "profile": gettext_lazy("A profile completed"),
    "review": gettext_lazy("A review written"),
    "welcome": gettext_lazy("Joining"),
}
AMOUNTS: Words = {
    "fixed": gettext_lazy("fixed points"),
    "per_money": gettext_lazy("points for each unit of the currency"),
    "per_piece": gettext_lazy("points for each piece"),
    "multiplier": gettext_lazy("times what spending and pieces give"),
}
BASES: Words = {
    "gross": gettext_lazy("before discount"),
    "net": gettext_lazy("after discount"),
    "net_of_tax": gettext_lazy("after discount, without tax"),
    "net_of_points": gettext_lazy("after discount, without what was paid with points"),
    "net_of_all": gettext_lazy("after discount, without tax and without what was paid with points"),
}
ROUNDINGS: Words = {
    "down": gettext_lazy("down"),
    "half_even": gettext_lazy("to the nearest, halves to even"),
    "up": gettext_lazy("up"),
}
ROUNDED_PER: Words = {"order": gettext_lazy("the whole order"), "line": gettext_lazy("each line")}
GRANTS: Words = {
    "purchase": gettext_lazy("purchase"),
    "promotion": gettext_lazy("promotion"),
    "birthday": gettext_lazy("birthday"),
    "recovery": gettext_lazy("something went wrong"),
    "referral": gettext_lazy("recommendation"),
    "challenge": gettext_lazy("challenge"),
    "survey": gettext_lazy("survey"),
    "welcome": gettext_lazy("welcome"),
    "guarantee": gettext_lazy("broken promise"),
    "adjustment": gettext_lazy("goodwill"),
    "partner": gettext_lazy("partner"),
    "import": gettext_lazy("import"),
}
SCOPES: Words = {"member": gettext_lazy("each member"), "program": gettext_lazy("all members together")}
PERIODS: Words = {
    "order": pgettext_lazy("limit", "order"),
    "day": pgettext_lazy("limit", "day"),
    "week": pgettext_lazy("limit", "week"),
    "month": pgettext_lazy("limit", "month"),
    "quarter": pgettext_lazy("limit", "quarter"),
    "year": pgettext_lazy("limit", "year"),
    "ever": pgettext_lazy("limit", "ever"),
}
MEASURES: Words = {"points": gettext_lazy("points"), "times": gettext_lazy("times")}


def said(rule: ruled.Rule, reader: Reader, units: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a rule says, as pairs of a name and words; what says nothing is left out."""
    factor = f"{rule.factor.normalize():f}"
    counts = rule.amount == "per_money"
    pairs = [
        (_("For"), str(TRIGGERS[rule.trigger])),
        (_("Of what"), ", ".join(rule.subject)),
        (_("If"), rule.condition),
        (_("Gives"), f"{reader.number(float(factor), 4 if '.' in factor else 0)} {AMOUNTS[rule.amount]}"),
        (_("Counts"), str(BASES[rule.base]) if counts else ""),
        (_("Rounded"), f"{ROUNDINGS[rule.rounding]}, {ROUNDED_PER[rule.rounded_per]}" if counts else ""),
        (_("Points"), units.get(rule.unit, rule.unit)),
        (_("Reported as"), str(GRANTS[rule.grant_class])),
        *((_("At most"), capped(cap, reader)) for cap in rule.caps),
        (_("Best of the group"), f"{rule.exclusive} ({rule.priority})" if rule.exclusive else ""),
        (_("Pending"), waits(rule)),
        (_("Lost after"), lost(rule)),
        (_("Campaign"), rule.campaign),
    ]
    return [(name, words) for name, words in pairs if words]


def capped(cap: ruled.Cap, reader: Reader) -> str:
    """Return a limit in words."""
    most = cap.points if cap.times is None else cap.times
    measure = MEASURES["points" if cap.times is None else "times"]
    return _("{most} {measure}, {scope}, by {period}").format(
        most=reader.number(most), measure=measure, scope=SCOPES[cap.scope], period=PERIODS[cap.period]
    )


def waits(rule: ruled.Rule) -> str:
    """Return how long points are pending."""
    if rule.return_days:
        return _("until {days} days after the purchase are over").format(days=rule.return_days)
    return _("{days} days").format(days=rule.pending_days) if rule.pending_days else ""


def lost(rule: ruled.Rule) -> str:
    """Return when points are lost, where the rule says it itself."""
    if rule.expires_days is None:
        return ""
    return _("{days} days").format(days=rule.expires_days) if rule.expires_days else _("never")


def choices(words: Words) -> list[tuple[str, Any]]:
    """Return codes and words as choices of a form."""
    return list(words.items())
