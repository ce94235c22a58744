"""Freshness: how long what was said of each field stays good, and since when a value is stale.

A value is as old as the last record that says it. Fields age at different speeds: people change posts and e-mails
sooner than they move house, and nobody changes the day of birth. The lives here hold until a company sets its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from vinculo.identify.quality import faults
from vinculo.identify.quality.faults import FIELDS, RECORD, ROLE

COLUMNS = {name: (name, f"{name}_2") if name in ("email", "phone") else (name,) for name in FIELDS if name != ROLE}
"""Columns of a clean record that say a field; a role in a company is said by a relation."""
Days = int | None
"""Days of a shelf life; nothing where it never ends."""
LONGEST = 36_500
DAYS: dict[str, Days] = {
    **dict.fromkeys(FIELDS),
    RECORD: 365,
    ROLE: 365,
    "email": 365,
    "phone": 2 * 365,
    **dict.fromkeys(("lines", "postcode", "city"), 3 * 365),
    **dict.fromkeys(("country", "language"), 5 * 365),
}
"""The shelf life of each field until somebody says otherwise; names, tax numbers and birth dates have no end."""


def stale_since(said: Iterable[tuple[datetime, Days]]) -> datetime | None:
    """Return when a value went stale that sources last said at these times, each good for so many days.

    The source that stays fresh longest counts; nothing where one of them never ends, or nobody said it.

    >>> from datetime import UTC
    >>> new_year = datetime(2024, 1, 1, tzinfo=UTC)
    >>> str(stale_since([(new_year, 30), (new_year, 10)])), stale_since([(new_year, 30), (new_year, None)])
    ('2024-01-31 00:00:00+00:00', None)
    """
    ends = [at + timedelta(days=days) if days is not None else None for at, days in said]
    limited = [each for each in ends if each is not None]
    return max(limited) if limited and len(limited) == len(ends) else None


def stale(held: int, marks: int) -> list[str]:
    """Return the fields of a customer that are stale.

    >>> stale(faults.HELD["email"], faults.MARKS["email", "old"] | faults.MARKS["phone", "old"])
    ['email']
    """
    return [name for name in (RECORD, *FIELDS) if faults.FAULTS[name, faults.OLD].of(held, marks)]
