"""Thresholds of tiers and areas: computed once by the engine from shares, or set by the company, and written down."""

from dataclasses import dataclass
from math import ceil

import pyarrow as pa
from babel.numbers import format_decimal

from vinculo.differentiate.settings import Settings, Tiers
from vinculo.foundation import money
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import tiers as contracts

NOBODY = 2**62
"""A threshold nobody reaches, in minor units."""


@dataclass(frozen=True)
class Thresholds:
    """What the rules compare with and is found in the data; the rest of the rules is in the settings."""

    high_performance_minor: int
    high_potential_minor: int
    let_go_minor: int
    usual_p_buys_once: float
    """Mean chance to buy of the customers just won: what is usual after a single purchase."""


def compute(engine: Engine, settings: Settings) -> Thresholds:
    """Return the thresholds for the customers of the relation `scored`.

    A threshold from a share is the amount of the last customer within it, so those who tie with him are in too; it
    is never below one minor unit: nobody is of high performance or potential for losing least.

    Raises
    ------
    SettingsError
        When a share is not between 0 and 1.
    """
    chosen = settings.tiers
    refuse_impossible(chosen)
    customers, usual = _counted(engine, chosen)
    performance = chosen.high_performance_minor
    if performance is None:
        performance = max(1, _at(engine, "contribution_threshold", chosen.high_performance_share, customers, NOBODY))
    rest = _rest(engine, performance)
    potential = chosen.high_potential_minor
    if potential is None:
        potential = max(1, _at(engine, "potential_threshold", chosen.high_potential_share, rest, NOBODY, performance))
    let_go = chosen.let_go_minor
    if let_go is None:
        let_go = _at(engine, "let_go_threshold", chosen.let_go_share, customers, -NOBODY)
    return Thresholds(performance, potential, let_go, usual)


def refuse_impossible(chosen: Tiers) -> None:
    """Raise unless every share and probability is between 0 and 1 and every length is positive."""
    shares = ("high_performance_share", "high_potential_share", "let_go_share")
    for name in (*shares, "slipping_probability", "silence_probability", "gone_probability"):
        _require(0 <= getattr(chosen, name) <= 1, name, getattr(chosen, name), Phrase("a share between 0 and 1"))
    _require(chosen.acquire_days >= 0, "acquire_days", chosen.acquire_days, Phrase("0 days or more"))
    _require(chosen.overdue_intervals > 0, "overdue_intervals", chosen.overdue_intervals, Phrase("above 0"))
    _require(chosen.loyal_purchase_days >= 2, "loyal_purchase_days", chosen.loyal_purchase_days, Phrase("2 or more"))


def rules(settings: Settings, found: Thresholds, translate: Translate) -> pa.Table:
    """Return the table `tier_rules`: every rule in the order in which it is tried, with its threshold and meaning."""
    chosen = settings.tiers
    amount = {
        "performance": money.words(found.high_performance_minor, settings.currency, settings.language),
        "potential": money.words(found.high_potential_minor, settings.currency, settings.language),
        "let_go": money.words(found.let_go_minor, settings.currency, settings.language),
        "once": format_decimal(found.usual_p_buys_once * 100, "#,##0.0", locale=settings.language),
    }
    shares = {
        "high_performance": (found.high_performance_minor, chosen.high_performance_minor),
        "high_potential": (found.high_potential_minor, chosen.high_potential_minor),
        "let_go": (found.let_go_minor, chosen.let_go_minor),
    }
    rows: list[dict[str, object]] = []
    for subject, code, threshold, unit, meaning in [*_tier_rules(), *_area_rules(chosen)]:
        computed, company = shares.get(code, (None, None))
        origin, value = "setting" if threshold is not None else "rule", threshold
        sentence = translate(meaning).format(
            **amount, days=chosen.acquire_days, horizon=settings.horizon_days, purchases=chosen.loyal_purchase_days
        )
        if unit == "minor units" and computed is not None:
            origin, value = "share" if company is None else "company", float(computed)
            if abs(computed) == NOBODY:
                value, sentence = None, translate("Nobody: there is no share to be in.")
        rows.append(
            {
                "rule_order": len(rows) + 1,
                "subject": subject,
                "code": code,
                "threshold": value,
                "unit": unit,
                "origin": origin,
                "meaning": sentence,
            }
        )
    return pa.Table.from_pylist(rows, schema=contracts.TIER_RULES.schema)


Rule = tuple[str, str, float | None, str, str]
_TIER, _AREA = "value_tier", "relationship_area"


def _tier_rules() -> list[Rule]:
    return [
        (_TIER, "high_performance", None, "minor units", "Past contribution of {performance} or more."),
        (_TIER, "high_potential", None, "minor units", "Not the above, and residual value of {potential} or more."),
        (
            _TIER,
            "below_zero",
            0.0,
            "minor units",
            "Past contribution below zero, and still below zero with the residual value.",
        ),
        (_TIER, "standard", None, "", "Everybody else."),
    ]


def _area_rules(chosen: Tiers) -> list[Rule]:
    performance = "High performance and not slipping; or {purchases} purchases or more, and on rhythm."
    return [
        (
            _AREA,
            "acquire",
            float(chosen.acquire_days),
            "days",
            "No purchase yet, or one purchase in the last {days} days.",
        ),
        *_retain_rules(chosen),
        (
            _AREA,
            "let_go",
            chosen.gone_probability,
            "probability",
            "Below zero in value; or less likely than this to buy in the next {horizon} days,",
        ),
        (_AREA, "let_go", None, "minor units", "with a residual value of {let_go} or less."),
        (_AREA, "maximise", None, "", "High potential, and not slipping."),
        (_AREA, "build_loyalty", float(chosen.loyal_purchase_days), "purchase days", performance),
        (_AREA, "maintain", None, "", "Everybody else."),
    ]


def _retain_rules(chosen: Tiers) -> list[Rule]:
    return [
        (
            _AREA,
            "retain",
            chosen.silence_probability,
            "probability",
            "High performance or high potential, and slipping: after three purchases or more, a silence so long as "
            "would come with less than this probability at the customer's own rate;",
        ),
        (
            _AREA,
            "retain",
            chosen.overdue_intervals,
            "own mean intervals",
            "or silent for more than so many own mean intervals,",
        ),
        (
            _AREA,
            "retain",
            chosen.slipping_probability,
            "share of the usual chance",
            "and the chance to buy in the next {horizon} days below this share of what is usual for the customer; "
            "after a single purchase the usual chance is that of customers just won, {once} %.",
        ),
    ]


def _counted(engine: Engine, chosen: Tiers) -> tuple[int, float]:
    found = engine.rows(queries.load(__package__, "customers"), acquire_days=chosen.acquire_days)
    row = found.to_pylist()[0]
    # Rounded, because the order in which the engine adds up is not fixed.
    return int(row["customers"]), round(float(row["usual_p_buys_once"]), 9)


def _rest(engine: Engine, performance: int) -> int:
    found = engine.rows(queries.load(__package__, "potential_customers"), high_performance_minor=performance)
    return int(found["customers"][0].as_py())


def _at(engine: Engine, query: str, share: float, customers: int, nobody: int, performance: int = NOBODY) -> int:
    # A share such as 0.07 of 100 is 7.000000000000001 in floating point: the eighth customer is not meant.
    within = ceil(round(share * customers, 6))
    if within <= 0:
        return nobody
    found = engine.rows(queries.load(__package__, query), skipped=within - 1, high_performance_minor=performance)
    return int(found["threshold_minor"][0].as_py())


def _require(holds: bool, name: str, found: object, right: Phrase) -> None:
    if not holds:
        raise SettingsError(
            "The setting tiers.{setting} is {found}: it must be {right}.", setting=name, found=found, right=right
        )
