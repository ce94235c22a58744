"""Badges given by themselves: to whoever stands at a level, or has been a customer for so many years. They stay."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from vinculo.programs.levels.windows import add_months
from vinculo.programs.records.belonging import giving
from vinculo.programs.records.belonging.giving import Due, Key, Settled
from vinculo.programs.records.models import Badge, LevelStanding, Merit

SIZE = 5_000
_CUSTOMERS = """
SELECT member.id, min((bought.happened_at AT TIME ZONE program.zone)::date) AS first_on
FROM programs_member AS member
JOIN programs_program AS program ON program.id = member.program_id
JOIN identify_customer AS own ON own.id = member.customer_id
JOIN identify_customer AS party ON party.id = COALESCE(own.merged_into_id, own.id)
    OR party.merged_into_id = COALESCE(own.merged_into_id, own.id)
JOIN identify_order AS bought ON bought.customer_id = party.id
WHERE member.program_id = %(program)s AND member.left_on IS NULL AND member.joined_on <= %(as_of)s
    AND NOT EXISTS (SELECT FROM programs_merit AS held
        WHERE held.kind = 'badge' AND held.subject_id = %(badge)s AND held.member_id = member.id)
GROUP BY member.id
HAVING min((bought.happened_at AT TIME ZONE program.zone)::date) <= %(since)s
ORDER BY member.id LIMIT %(size)s
"""


def settle(*, program_id: int, as_of: date, now: datetime, size: int = SIZE) -> Settled:
    """Give the badges that are due by now, some thousands a transaction; repeating it changes nothing."""
    done = Settled()
    for number in Badge.objects.filter(program_id=program_id).order_by("pk").values_list("pk", flat=True):
        while given := settle_some(number, as_of, now, size):
            done += Settled(tuple(given))
    return done


@transaction.atomic
def settle_some(badge_id: int, as_of: date, now: datetime, size: int) -> list[int]:
    """Give a badge to some of those who have come to it."""
    badge = Badge.objects.select_for_update(of=("self",)).select_related("program", "level").get(pk=badge_id)
    found = by_level(badge, as_of, size) if badge.level else by_years(badge, as_of, size) if badge.years else []
    dues = [(Due(Key(badge.pk, member), on, badge_id=badge.pk), 1) for member, on in found]
    return giving.give(Merit.Kind.BADGE, badge.program, dues, now) if dues else []


def by_level(badge: Badge, as_of: date, size: int) -> list[tuple[int, date]]:
    """Return who stands at the level of a badge or above and does not have it, and since when."""
    assert badge.level is not None
    held = Merit.objects.filter(kind=Merit.Kind.BADGE, subject_id=badge.pk)
    found = LevelStanding.objects.filter(level_set=badge.level.level_set_id, rank__gte=badge.level.rank)
    found = found.filter(member__left_on=None).exclude(member__in=held.values("member"))
    rows = found.order_by("member").values_list("member_id", "since")
    return [(member, since or as_of) for member, since in rows[:size]]


def by_years(badge: Badge, as_of: date, size: int) -> list[tuple[int, date]]:
    """Return who has been a customer for the years of a badge and does not have it, and since when."""
    assert badge.years is not None
    months = 12 * badge.years
    asked: dict[str, Any] = {"program": badge.program_id, "badge": badge.pk, "as_of": as_of, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, {**asked, "since": add_months(as_of, -months)})
        return [(member, add_months(first_on, months)) for member, first_on in cursor.fetchall()]
