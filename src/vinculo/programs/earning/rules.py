"""Rules: what is earned for what, as data: read from plain values, checked, and written back the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from vinculo.foundation.errors import InputError
from vinculo.programs.earning import grammar
from vinculo.programs.earning.conditions import Condition
from vinculo.programs.ledger import kinds

OF_PURCHASES = ("spend", "product", "category", "channel", "geography", "first_purchase", "streak")
"""Triggers that an order sets off, line by line."""
OF_EVENTS = ("event", "birthday", "referral", "survey", "profile", "review", "welcome")
"""Triggers of what else a member does, or of a day."""
TRIGGERS = (*OF_PURCHASES, *OF_EVENTS)
WITH_SUBJECT = ("product", "category", "channel", "geography", "streak", "event")
"""Triggers that say of what: codes, paths, countries, `months:3`, names of events."""
AMOUNTS = ("fixed", "per_money", "per_piece", "multiplier")
BASES = ("gross", "net", "net_of_tax", "net_of_points", "net_of_all")
"""What is counted of a line: before discount; after it; less tax; less what was paid with points; less both."""
ROUNDINGS = ("down", "half_even", "up")
SCOPES = ("member", "program")
PERIODS = ("order", "day", "week", "month", "quarter", "year", "ever")
STREAKS = ("weeks", "months")
FIXED_MOST = 10_000_000
FACTOR_DIGITS = 4


class RuleError(InputError):
    """The rule cannot be used as it is."""

    code = "rule.invalid"


@dataclass(frozen=True)
class Cap:
    """The most a rule gives: to each member, or to all of them (a budget), within a period of the programme's zone."""

    scope: str = "member"
    period: str = "ever"
    points: int | None = None
    times: int | None = None
    """How often it gives anything."""


@dataclass(frozen=True)
class Rule:
    """One version of a rule. Its numbers never change; a change is a new version."""

    code: str
    unit: str = "points"
    trigger: str = "spend"
    subject: tuple[str, ...] = ()
    condition: str = ""
    amount: str = "per_money"
    factor: Decimal = Decimal(1)
    """Points in all, for each unit of the currency or each piece; for a multiplier, times how many."""
    base: str = "net"
    rounding: str = "down"
    rounded_per: str = "order"
    caps: tuple[Cap, ...] = ()
    exclusive: str = ""
    """Of the rules that name the same group, only the best gives for a line."""
    priority: int = 100
    """Of equals the lower one wins."""
    grant_class: str = "purchase"
    pending_days: int = 0
    return_days: int = 0
    """Points are pending until the end of the day so many days later, when nothing can come back any more."""
    expires_days: int | None = None
    """Instead of what the unit says; 0 for never."""
    campaign: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    """The first day on which it is in force no more."""
    id: int = 0
    version: int = 1

    @cached_property
    def asked(self) -> Condition:
        """Return its condition as it was read."""
        return grammar.read(self.condition)

    @property
    def wakes_on(self) -> str:
        """Return what sets it off: `purchase`, or one of the other triggers."""
        return "purchase" if self.trigger in OF_PURCHASES else self.trigger


_DATED = ("starts_on", "ends_on", "id", "version")
DEFINED = tuple(name for name in Rule.__dataclass_fields__ if name not in _DATED)
"""What a definition says; dates, number and version stand beside it."""


def definition(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain values, without its dates and numbers."""
    said = {name: value for name, value in asdict(rule).items() if name in DEFINED}
    return {
        **said,
        "factor": str(rule.factor),
        "subject": list(rule.subject),
        "caps": [asdict(cap) for cap in rule.caps],
    }


def read(said: Mapping[str, Any], **dated: Any) -> Rule:
    """Return the rule that plain values define, checked.

    Raises
    ------
    RuleError
        A value makes no sense.
    ConditionError
        Its condition cannot be read.
    """
    unknown = sorted(set(said) - set(DEFINED))
    if unknown:
        raise RuleError("A rule has no {found!r}: choose among {known}.", found=unknown[0], known=DEFINED)
    given = dict(said)
    try:
        given["factor"] = Decimal(str(said.get("factor", 1)))
        given["subject"] = tuple(map(str, said.get("subject", ())))
        given["caps"] = tuple(Cap(**cap) for cap in said.get("caps", ()))
        rule = Rule(**given, **dated)
        require_sense(rule)
    except (TypeError, ValueError, InvalidOperation) as error:
        raise RuleError("A value of the rule cannot be used: {reason}.", reason=str(error)) from error
    return rule


def require_sense(rule: Rule) -> None:
    """Refuse a rule that could not mean anything."""
    require_choices(rule)
    require_amount(rule)
    require_subject(rule)
    for cap in rule.caps:
        require_cap(cap)
    if rule.starts_on and rule.ends_on and rule.ends_on <= rule.starts_on:
        raise RuleError(
            "A rule that begins on {start} ends later than on {end}.", start=rule.starts_on, end=rule.ends_on
        )
    _ = rule.asked


def require_choices(rule: Rule) -> None:
    """Refuse a word that is none of those there are."""
    choices = {
        "trigger": TRIGGERS,
        "amount": AMOUNTS,
        "base": BASES,
        "rounding": ROUNDINGS,
        "rounded_per": ("line", "order"),
        "grant_class": kinds.GRANTS,
    }
    for name, known in choices.items():
        found = getattr(rule, name)
        if found not in known:
            raise RuleError("{name} is {found!r}: choose among {known}.", name=name, found=found, known=known)


def require_amount(rule: Rule) -> None:
    """Refuse an amount that is none."""
    digits = -int(rule.factor.as_tuple().exponent) if rule.factor.is_finite() else FACTOR_DIGITS + 1
    if digits > FACTOR_DIGITS or not 0 < rule.factor <= FIXED_MOST:
        raise RuleError("The factor is {found}: write a number above 0 with four decimals at most.", found=rule.factor)
    if rule.amount == "fixed" and rule.factor != int(rule.factor):
        raise RuleError("A fixed amount is whole points: {found} is not.", found=rule.factor)
    if rule.amount == "multiplier" and rule.factor <= 1:
        raise RuleError("A multiplier is above 1: {found} would take points away.", found=rule.factor)
    if rule.trigger in OF_EVENTS and rule.amount != "fixed":
        raise RuleError("What is no purchase has no amount to count: give fixed points.")
    for name in ("pending_days", "return_days", "priority"):
        if not isinstance(getattr(rule, name), int) or getattr(rule, name) < 0:
            raise RuleError(
                "{name} is {found!r}: write a whole number of 0 or more.", name=name, found=getattr(rule, name)
            )
    if rule.expires_days is not None and (not isinstance(rule.expires_days, int) or rule.expires_days < 0):
        raise RuleError("expires_days is {found!r}: write days, 0 for never, or nothing.", found=rule.expires_days)


def require_subject(rule: Rule) -> None:
    """Refuse a trigger that does not say of what, or one that says so where nothing is asked."""
    if (rule.trigger in WITH_SUBJECT) != bool(rule.subject):
        known = WITH_SUBJECT
        raise RuleError(
            "{trigger} and its subject do not go together: {known} have one.", trigger=rule.trigger, known=known
        )
    if rule.trigger == "streak":
        for found in rule.subject:
            period, _, length = found.partition(":")
            if period not in STREAKS or not length.isdigit() or int(length) < 2:
                raise RuleError("The streak {found!r} cannot be read: write weeks:4 or months:3.", found=found)


def require_cap(cap: Cap) -> None:
    """Refuse a limit that limits nothing."""
    if cap.scope not in SCOPES:
        raise RuleError("A limit is for {found!r}: choose among {known}.", found=cap.scope, known=SCOPES)
    if cap.period not in PERIODS:
        raise RuleError("A limit is for each {found!r}: choose among {known}.", found=cap.period, known=PERIODS)
    most = cap.points if cap.times is None else cap.times
    if (cap.points is None) == (cap.times is None) or not isinstance(most, int) or most < 1:
        raise RuleError("A limit says points or times, one of them, as a whole number of 1 or more.")
