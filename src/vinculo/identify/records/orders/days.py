"""Days: the moment of an order as its readers want it, by the clock of the company.

A file says what the clock on the wall showed, without a zone, and everything that counts days, weeks and seasons of
purchases reads just that: the column holds the company's clock, written as if it were UTC. Doors that are told real
moments turn them into it here, and turn it back before they tell them (decision 0026).
"""

from datetime import UTC, datetime

from django.utils import timezone


def clock(moment: datetime) -> datetime:
    """Return what the clock of the company shows at a moment, as the column holds it."""
    return timezone.localtime(moment).replace(tzinfo=UTC)


def moment(written: datetime) -> datetime:
    """Return the moment at which the clock of the company showed what the column holds.

    Of the hour that a night in autumn has twice, the first; an hour that a night in spring lacks is the one after it.
    """
    local = written.astimezone(UTC).replace(tzinfo=timezone.get_current_timezone())
    return local.astimezone(UTC).astimezone(timezone.get_current_timezone())
