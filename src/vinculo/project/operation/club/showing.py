"""Showing: where the gift club is seen, and a member whose e-mail is known, to sign in with."""

from dataclasses import dataclass

from django.db import connection

from vinculo.programs.members import cards
from vinculo.project.operation.club import terms

DESK, TILL, PORTAL = f"programs/{terms.CODE}/", "till/", "member/"
_SHOWN = """
SELECT min(identifier.value), member.number FROM programs_member AS member
JOIN programs_program AS program ON program.id = member.program_id AND program.code = %s
JOIN programs_account AS account ON account.member_id = member.id AND account.kind = 'wallet'
JOIN programs_unit AS unit ON unit.id = account.unit_id AND unit.spendable
JOIN identify_identifier AS identifier ON identifier.customer_id = member.customer_id AND identifier.kind = 'email'
WHERE member.state = 'active' AND account.balance BETWEEN 1000 AND 5000
GROUP BY member.id, member.number, account.balance ORDER BY account.balance DESC, member.id LIMIT 1
"""


@dataclass(frozen=True)
class Shown:
    """A member to sign in as."""

    email: str
    card: str


def member() -> Shown | None:
    """Return a member with points enough to redeem something, or nothing where nobody has an e-mail."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [terms.CODE])
        row = cursor.fetchone()
    return Shown(row[0], cards.shown(row[1])) if row else None
