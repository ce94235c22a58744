"""Occasions: whose years as a customer, years as a member and birthdays fall on the days ahead, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from vinculo.programs.belonging import recognition
from vinculo.programs.belonging.recognition import Kind, Occasion
from vinculo.programs.records.earning import happenings
from vinculo.programs.records.models import Member

MOST = 200
_KNOWN = """
WITH day AS (
    SELECT to_char(each, 'MM-DD') AS day
    FROM generate_series(%(begins)s::date, %(ends)s::date, interval '1 day') AS each
), party AS (
    SELECT member.id AS member_id, member.joined_on, customer.id AS customer_id
    FROM programs_member AS member
    JOIN identify_customer AS own ON own.id = member.customer_id
    JOIN identify_customer AS customer ON customer.id = COALESCE(own.merged_into_id, own.id)
        OR customer.merged_into_id = COALESCE(own.merged_into_id, own.id)
    WHERE member.program_id = %(program)s AND member.state = 'active'
), first AS (
    SELECT party.member_id, min((bought.happened_at AT TIME ZONE %(zone)s)::date) AS bought_on
    FROM party JOIN identify_order AS bought ON bought.customer_id = party.customer_id GROUP BY 1
), known AS (
    SELECT DISTINCT ON (party.member_id) party.member_id, party.joined_on, first.bought_on
    FROM party LEFT JOIN first USING (member_id)
)
SELECT member_id, bought_on, joined_on FROM known
WHERE to_char(joined_on, 'MM-DD') IN (SELECT day FROM day) OR to_char(bought_on, 'MM-DD') IN (SELECT day FROM day)
ORDER BY member_id
"""


@dataclass(frozen=True)
class Told:
    """A member and a day of his that is worth a word."""

    member: Member
    occasion: Occasion


def occasion_list(*, program_id: int, zone: str, begins: date, ends: date, birthdays: bool) -> Sequence[Told]:
    """Return the years as a customer and as a member that come round within some days, the nearest first.

    Birthdays are among them where whoever looks may see personal data.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"program": program_id, "zone": zone, "begins": begins, "ends": ends})
        rows = cursor.fetchall()
    found = [
        (number, occasion)
        for number, first, joined in rows
        for occasion in recognition.occasions(
            first_purchase_on=first, joined_on=joined, birth_on=None, begins=begins, ends=ends
        )
    ]
    if birthdays:
        born = happenings.birthdays_between(program_id=program_id, begins=begins, ends=ends)
        found += [(number, Occasion(on, Kind.BIRTHDAY, 0)) for number, on in born.items()]
    found = sorted(found, key=lambda each: (each[1].on, -each[1].years, each[0]))[:MOST]
    known = Member.objects.select_related("customer").in_bulk([number for number, _occasion in found])
    return [Told(known[number], occasion) for number, occasion in found]
