"""Ageing: what is outstanding by the day on which it expires, and how much of it lies with few or with sleepers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

HORIZONS = (30, 60, 90, 180, 365)
"""Days within which points are about to expire."""


@dataclass(frozen=True)
class Bucket:
    """Points that expire after `after` and up to `until`; None at the end for those that come later, or never."""

    after: date | None
    until: date | None
    points: int
    never: bool = False


def buckets(by_day: Mapping[date | None, int], as_of: date, horizons: Sequence[int] = HORIZONS) -> tuple[Bucket, ...]:
    """Return what expires when; the first bucket is what should have expired by the day, the last what never does.

    >>> found = buckets({date(2025, 1, 20): 5, None: 7, date(2030, 1, 1): 1}, date(2025, 1, 1), (30,))
    >>> [(bucket.points, bucket.never) for bucket in found]
    [(0, False), (5, False), (1, False), (7, True)]
    """
    edges = [as_of, *(as_of + timedelta(days=days) for days in horizons)]
    dated = {day: points for day, points in by_day.items() if day is not None}
    found = [Bucket(None, as_of, sum(points for day, points in dated.items() if day <= as_of))]
    for after, until in zip(edges, [*edges[1:], None], strict=True):
        held = sum(points for day, points in dated.items() if day > after and (until is None or day <= until))
        found.append(Bucket(after, until, held))
    return (*found, Bucket(None, None, by_day.get(None, 0), never=True))


@dataclass(frozen=True)
class Concentration:
    """Points that lie with members who did nothing for some months, and with the tenth who hold most."""

    members: int
    points: int
    dormant_members: int
    dormant_points: int
    top_tenth_points: int

    @property
    def dormant_share(self) -> Fraction:
        """Return the share of points that lies with sleepers."""
        return Fraction(self.dormant_points, self.points) if self.points else Fraction(0)

    @property
    def top_tenth_share(self) -> Fraction:
        """Return the share of points that lies with the tenth of members who hold most."""
        return Fraction(self.top_tenth_points, self.points) if self.points else Fraction(0)
