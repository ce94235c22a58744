"""By hand: points somebody gives for a reason, up to a limit of the day; above it, two people give them."""

from dataclasses import dataclass

REASONS = ("recovery", "adjustment")
"""Grant classes of points given by hand: something went wrong, or goodwill."""


@dataclass(frozen=True)
class Limit:
    """What one person may give in one day by herself; without a limit every gift needs a second person."""

    day_points: int = 0


def needs_second(limit: Limit, *, points: int, given_today: int) -> bool:
    """Tell whether somebody else has to agree.

    >>> needs_second(Limit(500), points=200, given_today=300), needs_second(Limit(500), points=201, given_today=300)
    (False, True)
    """
    return given_today + points > limit.day_points
