"""Reasons: the sentences that say why a customer is in a tier or an area, with the customer's own figures.

A sentence is translated and its fixed figures are filled in once, in Python; it is then cut at the customer's own
figures, which the engine writes between the pieces. So a million sentences cost one pass and no Python per customer.
"""

import re
from dataclasses import dataclass
from string import Formatter

import pyarrow as pa
from babel.numbers import format_decimal

from vinculo.differentiate.settings import Settings
from vinculo.differentiate.tiers.thresholds import NOBODY, Thresholds
from vinculo.foundation import money
from vinculo.foundation.errors import VinculoError
from vinculo.foundation.language import Translate

_TIER_FIGURES = ("amount",)
_AREA_FIGURES = ("purchases", "interval", "since", "chance")

SCHEMA = pa.schema(
    [
        ("reason", pa.string()),
        ("relationship_area", pa.string()),
        *((f"text_{place}", pa.string()) for place in range(5)),
        *((f"shows_{figure}", pa.bool_()) for figure in (*_TIER_FIGURES, *_AREA_FIGURES)),
    ]
)


AREA_SENTENCES = {
    "acquire_first": ("acquire", "No purchase yet: the first one is still to be won."),
    "acquire_second": (
        "acquire",
        "First purchase {since} ago: the second is still being won, up to {acquire_days} days.",
    ),
    "retain_rhythm": (
        "retain",
        "Valuable and slipping: bought every {interval}, silent for {since}, {chance} % likely to buy again.",
    ),
    "retain_lost": (
        "retain",
        "Valuable, all but lost: bought every {interval}, silent for {since}, {chance} % likely to buy again.",
    ),
    "retain_once": ("retain", "Valuable and slipping: one purchase, {since} ago, {chance} % likely to buy again."),
    "let_go_below_zero": (
        "let_go",
        "Costs more than it brings, {chance} % likely to buy in the next {horizon} days: spend no more here.",
    ),
    "let_go_gone": (
        "let_go",
        "Gone: last purchase {since} ago, {chance} % likely to buy again, and little value to win back.",
    ),
    "maximise": (
        "maximise",
        "High potential, last purchase {since} ago, {chance} % likely to buy again: there is room to grow.",
    ),
    "build_loyalty_performance": (
        "build_loyalty",
        "High performance: {purchases} purchases, one every {interval}, the last {since} ago.",
    ),
    "build_loyalty_once": (
        "build_loyalty",
        "High performance with one purchase, {since} ago, {chance} % likely to buy again.",
    ),
    "build_loyalty_repeated": (
        "build_loyalty",
        "Repeats on rhythm: {purchases} purchases, one every {interval}, the last {since} ago.",
    ),
    "maintain_rhythm": ("maintain", "On rhythm: {purchases} purchases, one every {interval}, the last {since} ago."),
    "maintain_overdue": (
        "maintain",
        "Later than usual: one purchase every {interval}, the last {since} ago, {chance} % likely to buy again.",
    ),
    "maintain_once": ("maintain", "One purchase, {since} ago, {chance} % likely to buy again."),
}
"""The relationship area of each case of the area rules, and what is said of the customer."""


class ReasonError(VinculoError):
    """A translated reason does not hold the customer's figures in the order of the English one."""

    code = "tiers.reason"


@dataclass(frozen=True)
class MoneyMarks:
    """What a language writes around and between the digits of an amount."""

    money_before: str
    money_after: str
    group_mark: str
    decimal_mark: str
    digits: int
    minor_per_major: int


def money_marks(currency: str, language: str) -> MoneyMarks:
    """Return the marks of an amount, read off an amount that is written.

    >>> money_marks("GBP", "en")
    MoneyMarks(money_before='£', money_after='', group_mark=',', decimal_mark='.', digits=2, minor_per_major=100)
    """
    each = money.minor_per_major(currency)
    written = money.words(1_234_567 * each, currency, language)
    found = re.fullmatch(r"(\D*)1(?P<group>\D)234(?P=group)567(?:(\D)0+)?(\D*)", written)
    if found is None:
        raise ReasonError(
            "Amounts in {currency} and {language!r} are written {written}, which cannot be taken apart.",
            currency=currency,
            language=language,
            written=written,
        )
    before, group, decimal, after = found.groups(default="")
    return MoneyMarks(before, after, group, decimal, money.digits(currency), each)


def table(settings: Settings, found: Thresholds, translate: Translate) -> pa.Table:
    """Return the relation `reason_texts`: one row is one reason, cut at the customer's own figures."""
    chosen = settings.tiers
    fixed = {
        "performance": money.words(found.high_performance_minor, settings.currency, settings.language),
        "potential": money.words(found.high_potential_minor, settings.currency, settings.language),
        "performance_share": format_decimal(100 * chosen.high_performance_share, locale=settings.language),
        "potential_share": format_decimal(100 * chosen.high_potential_share, locale=settings.language),
        "horizon": settings.horizon_days,
        "acquire_days": chosen.acquire_days,
    }
    rows = [
        _cut(tier, None, sentence.format_map(_Kept(fixed)), _TIER_FIGURES)
        for tier, sentence in tier_sentences(settings, found, translate).items()
    ]
    rows += [
        _cut(reason, area, sentence.format_map(_Kept(fixed)), _AREA_FIGURES)
        for reason, (area, sentence) in area_sentences(translate).items()
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def tier_sentences(settings: Settings, found: Thresholds, translate: Translate) -> dict[str, str]:
    """Return the translated sentence of each value tier."""
    chosen = settings.tiers
    performance = translate(
        "Past contribution of {amount} is among the top {performance_share} % (from {performance})."
    )
    if chosen.high_performance_minor is not None:
        performance = translate("Past contribution of {amount} reaches the {performance} set by the company.")
    potential = translate(
        "Residual value of {amount} is among the top {potential_share} % of the rest (from {potential})."
    )
    if chosen.high_potential_minor is not None:
        potential = translate("Residual value of {amount} reaches the {potential} set by the company.")
    standard = translate(
        "Past contribution of {amount} is below the {performance} of high performance, and the residual value below "
        "the {potential} of high potential."
    )
    if NOBODY in (found.high_performance_minor, found.high_potential_minor):
        standard = translate("Past contribution of {amount} is not below zero, and no higher tier applies.")
    return {
        "high_performance": performance,
        "high_potential": potential,
        "below_zero": translate(
            "Past contribution of {amount} stays below zero with all that is expected in the horizon."
        ),
        "standard": standard,
    }


def area_sentences(translate: Translate) -> dict[str, tuple[str, str]]:
    """Return the relationship area and the translated sentence of each case of the area rules."""
    return {case: (area, translate(sentence)) for case, (area, sentence) in AREA_SENTENCES.items()}


class _Kept(dict[str, object]):
    """Facts that are known; a figure of the customer stays a placeholder."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _cut(reason: str, area: str | None, sentence: str, figures: tuple[str, ...]) -> dict[str, object]:
    texts, shown, at = [""] * (len(figures) + 1), dict.fromkeys(figures, False), 0
    for text, figure, _, _ in Formatter().parse(sentence):
        texts[at] += text
        if figure is None:
            continue
        if figure not in figures[at:]:
            raise ReasonError(
                "The reason {words!r} names {{{figure}}} out of place: figures must come in the order {order}, each at "
                "most once.",
                words=sentence,
                figure=figure,
                order=figures,
                reason=reason,
            )
        at = figures.index(figure) + 1
        shown[figure] = True
    return {
        "reason": reason,
        "relationship_area": area,
        **{f"text_{place}": texts[place] if place < len(texts) else "" for place in range(5)},
        **{f"shows_{figure}": shown.get(figure, False) for figure in (*_TIER_FIGURES, *_AREA_FIGURES)},
    }
