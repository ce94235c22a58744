"""Offers: whether a reward is for somebody today, and for how many points."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Standing:
    """What decides prices: the levels somebody has reached and the segments he is in, by their codes."""

    levels: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Price:
    """Points for those of a level, of a segment, or of both; who is of none of them does not have it."""

    points: int
    level: str = ""
    segment: str = ""
    offered_from: date | None = None
    """The day from which they may have it, before others do: early access."""

    def fits(self, standing: Standing) -> bool:
        """Tell whether it is for somebody."""
        return (not self.level or self.level in standing.levels) and (
            not self.segment or self.segment in standing.segments
        )


@dataclass(frozen=True)
class Offer:
    """A reward as it is offered: for all (`points`), for some (`prices`), from a day until before another."""

    points: int | None
    prices: Sequence[Price] = field(default_factory=tuple)
    offered_from: date | None = None
    offered_to: date | None = None
    """The first day on which it is offered no more."""
    stopped: bool = False


@dataclass(frozen=True)
class Quote:
    """What one piece costs somebody, or why he cannot have it (a code of `refusals`)."""

    points: int = 0
    refused: str = ""


def quote(offer: Offer, standing: Standing, day: date) -> Quote:
    """Return the lowest price somebody is entitled to on a day.

    >>> offer = Offer(500, (Price(400, level="gold", offered_from=date(2026, 4, 1)),), offered_from=date(2026, 5, 1))
    >>> quote(offer, Standing(levels=frozenset({"gold"})), date(2026, 4, 2)).points
    400
    >>> quote(offer, Standing(), date(2026, 4, 2)).refused
    'reward.not_yet'
    """
    if offer.stopped:
        return Quote(refused="reward.stopped")
    if offer.offered_to is not None and day >= offer.offered_to:
        return Quote(refused="reward.over")
    prices = [each for each in offer.prices if each.fits(standing)]
    if offer.points is not None:
        prices.append(Price(offer.points))
    if not prices:
        return Quote(refused="reward.not_for_you")
    begun = [each for each in prices if (first := each.offered_from or offer.offered_from) is None or first <= day]
    if not begun:
        return Quote(refused="reward.not_yet")
    return Quote(points=min(each.points for each in begun))
