"""Pacing: how often something may be tried before one has to wait, how long, and when that is forgotten.

Nobody is locked out for ever: a wait has an end, however often somebody else tried. Whoever tries while it lasts makes
it no longer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Pace:
    """So many tries are free; then each is followed by a wait twice as long as the one before, up to the longest."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta
    """After so long without a try, all is as if there had been none."""

    def wait(self, tries: int) -> timedelta:
        """Return how long to wait after so many tries.

        >>> [CODES.wait(tries).total_seconds() for tries in (4, 5, 6, 1000)]
        [0.0, 15.0, 30.0, 300.0]
        """
        if tries < self.free:
            return timedelta()
        # Past a day of doubled seconds the exponent says nothing more.
        return min(self.first * (1 << min(tries - self.free, 16)), self.longest)


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LETTERS = Pace(free=3, first=MINUTE, longest=10 * MINUTE, forgotten=HOUR)
"""Mails to one address."""
MEMBER = Pace(free=6, first=MINUTE, longest=10 * MINUTE, forgotten=HOUR)
"""Mails to one customer, whatever the addresses."""
NETWORK = Pace(free=30, first=MINUTE, longest=5 * MINUTE, forgotten=HOUR)
"""Mails asked for, and wrong codes, from one network address: many people may sit behind one."""
CODES = Pace(free=5, first=timedelta(seconds=15), longest=5 * MINUTE, forgotten=24 * HOUR)
"""Codes tried for one mail, and for one person: some hundreds a day at most, of a hundred million."""


def seconds_left(until: datetime | None, now: datetime) -> int:
    """Return the whole seconds until a moment, as `Retry-After` says them; 0 when it has passed."""
    return max(0, -((now - until) // timedelta(seconds=1))) if until is not None else 0
