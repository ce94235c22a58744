"""Verify: everything that is stored, worked out again from the journal; each difference named, to the point."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vinculo.foundation.phrases import Phrase
from vinculo.programs.ledger import kinds
from vinculo.programs.records.ledger import chains, statements


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the journal says."""

    check: str
    place: str
    """What it is about: a table and a number."""
    expected: str
    found: str

    def said(self) -> Phrase:
        """Say it in a sentence."""
        return Phrase(
            "{check} ({place}: {expected} expected, {found} found)",
            check=CHECKS[self.check],
            place=self.place,
            expected=self.expected,
            found=self.found,
        )


CHECKS = {
    "balance": Phrase("The balance of an account is not the sum of its transfers"),
    "floor": Phrase("An account lies below its floor"),
    "after": Phrase("A posting does not tell the balance after it"),
    "amount": Phrase("The transfers of a posting are not its amount"),
    "refused": Phrase("A refused posting moved points"),
    "unit": Phrase("A transfer joins accounts of different units"),
    "dangling": Phrase("A row of the journal points nowhere"),
    "resolved": Phrase("A posting was resolved more than once"),
    "reversed": Phrase("More was taken back of a posting than it was"),
    "lot": Phrase("What is left of a lot is not what was issued less what was used"),
    "expired": Phrase("What has expired of a lot is not what its postings say"),
    "lots": Phrase("The lots of an account do not hold its balance"),
    "blocked": Phrase("Blocked points are not those of open reservations"),
    "standing": Phrase("An account does not tell the standing of its member"),
    "house": Phrase("A unit does not name its accounts of the house"),
    "zone": Phrase("A unit does not tell the time zone of its programme"),
    "batch": Phrase("The rows of a batch are not those that were written"),
    "strand": Phrase("A chain of batches is broken"),
}
"""What each check finds, in a sentence."""
ACCOUNTS = """
    SELECT a.*, u.program_id FROM programs_account AS a JOIN programs_unit AS u ON u.id = a.unit_id
    WHERE u.program_id = %(program)s
"""
_LEGS = """
    SELECT t.posting_id, t.credit_id AS account_id, t.amount FROM programs_transfer AS t
    UNION ALL SELECT t.posting_id, t.debit_id, -t.amount FROM programs_transfer AS t
"""
QUERIES = {
    # I2: a balance is the sum of its transfers.
    "balance": f"""
        SELECT 'account ' || a.id, coalesce(legs.amount, 0), a.balance FROM ({ACCOUNTS}) AS a
        LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ({_LEGS}) AS leg GROUP BY account_id) AS legs
            ON legs.account_id = a.id
        WHERE a.member_id IS NOT NULL AND a.balance IS DISTINCT FROM coalesce(legs.amount, 0)
        """,
    # I3: no account below its floor.
    "floor": f"""
        SELECT 'account ' || a.id, a.floor, a.balance FROM ({ACCOUNTS}) AS a
        WHERE a.balance < a.floor
        """,
    "after": f"""
        SELECT 'posting ' || p.id, told.balance, p.balance FROM (
            SELECT account_id, posting_id, sum(amount) OVER (PARTITION BY account_id ORDER BY posting_id) AS balance
            FROM (SELECT account_id, posting_id, sum(amount) AS amount FROM ({_LEGS}) AS leg GROUP BY 1, 2) AS legs
        ) AS told JOIN programs_posting AS p ON p.id = told.posting_id AND p.account_id = told.account_id
        WHERE p.program_id = %(program)s AND p.balance <> told.balance
        """,
    "amount": """
        SELECT 'posting ' || p.id, abs(p.amount), coalesce(sum(t.amount), 0) FROM programs_posting AS p
        LEFT JOIN programs_transfer AS t ON t.posting_id = p.id
        WHERE p.program_id = %(program)s AND p.outcome = ''
        GROUP BY p.id, p.amount HAVING abs(p.amount) <> coalesce(sum(t.amount), 0)
        """,
    # I4: a refusal has no effect.
    "refused": """
        SELECT 'posting ' || p.id, 0, count(*) FROM programs_posting AS p
        JOIN (SELECT posting_id FROM programs_transfer UNION ALL SELECT posting_id FROM programs_lotuse) AS effect
            ON effect.posting_id = p.id
        WHERE p.program_id = %(program)s AND p.outcome <> '' GROUP BY p.id
        """,
    # I1: both sides of a transfer are of one unit.
    "unit": f"""
        SELECT 'posting ' || t.posting_id, debit.unit_id, credit.unit_id FROM programs_transfer AS t
        JOIN ({ACCOUNTS}) AS debit ON debit.id = t.debit_id
        JOIN programs_account AS credit ON credit.id = t.credit_id
        WHERE debit.unit_id <> credit.unit_id
        """,
    "dangling": f"""
        SELECT 'transfer of posting ' || t.posting_id, 1, 0 FROM programs_transfer AS t
        JOIN ({ACCOUNTS}) AS a ON a.id = t.debit_id
        LEFT JOIN programs_posting AS p ON p.id = t.posting_id AND p.program_id = %(program)s
        LEFT JOIN programs_account AS b ON b.id = t.credit_id
        WHERE p.id IS NULL OR b.id IS NULL
        UNION ALL
        SELECT 'use of lot ' || u.lot_id, 1, 0 FROM programs_lotuse AS u
        JOIN programs_lot AS l ON l.id = u.lot_id JOIN ({ACCOUNTS}) AS a ON a.id = l.account_id
        LEFT JOIN programs_posting AS p ON p.id = u.posting_id WHERE p.id IS NULL
        UNION ALL
        SELECT 'lot ' || l.id, 1, 0 FROM programs_lot AS l JOIN ({ACCOUNTS}) AS a ON a.id = l.account_id
        LEFT JOIN programs_posting AS p ON p.id = l.posting_id WHERE p.id IS NULL
        UNION ALL
        SELECT 'posting ' || p.id, 1, 0 FROM programs_posting AS p
        LEFT JOIN ({ACCOUNTS}) AS a ON a.id = p.account_id AND a.kind = 'wallet'
        WHERE p.program_id = %(program)s AND p.account_id IS NOT NULL AND a.id IS NULL
        UNION ALL
        SELECT 'posting ' || p.id, 1, 0 FROM programs_posting AS p
        LEFT JOIN programs_posting AS of ON of.id = p.refers_to AND of.account_id = p.account_id
        WHERE p.program_id = %(program)s AND p.refers_to IS NOT NULL AND p.outcome = '' AND of.id IS NULL
        """,
    # I6: what is pending or reserved resolves once.
    "resolved": """
        SELECT 'posting ' || p.refers_to, 1, count(*) FROM programs_posting AS p
        WHERE p.program_id = %(program)s AND p.outcome = '' AND p.kind = ANY(%(resolving)s) AND p.refers_to IS NOT NULL
        GROUP BY p.refers_to HAVING count(*) > 1
        """,
    "reversed": """
        SELECT 'posting ' || of.id, abs(of.amount), sum(p.asked) FROM programs_posting AS p
        JOIN programs_posting AS of ON of.id = p.refers_to
        WHERE p.program_id = %(program)s AND p.outcome = '' AND p.kind IN ('reverse', 'reinstate')
        GROUP BY of.id, of.amount HAVING sum(p.asked) > abs(of.amount)
        """,
    # I7: issued less used is what remains.
    "lot": f"""
        SELECT 'lot ' || l.id, l.issued - coalesce(used.amount, 0), l.remaining FROM programs_lot AS l
        JOIN ({ACCOUNTS}) AS a ON a.id = l.account_id
        LEFT JOIN (SELECT lot_id, sum(amount) AS amount FROM programs_lotuse GROUP BY lot_id) AS used
            ON used.lot_id = l.id
        WHERE l.remaining <> l.issued - coalesce(used.amount, 0)
        """,
    "expired": f"""
        SELECT 'lot ' || l.id, coalesce(used.amount, 0), l.expired FROM programs_lot AS l
        JOIN ({ACCOUNTS}) AS a ON a.id = l.account_id
        LEFT JOIN (
            SELECT u.lot_id, sum(u.amount) AS amount FROM programs_lotuse AS u
            JOIN programs_posting AS p ON p.id = u.posting_id
            LEFT JOIN programs_posting AS of ON of.id = p.refers_to
            WHERE p.kind = 'expire' OR (u.amount < 0 AND (p.kind = 'reinstate'
                OR (p.kind = 'reverse' AND (of.kind = 'award' OR (of.kind = 'adjust' AND of.amount > 0)))))
            GROUP BY u.lot_id
        ) AS used ON used.lot_id = l.id
        WHERE l.expired <> coalesce(used.amount, 0)
        """,
    "lots": f"""
        SELECT 'account ' || a.id, greatest(a.balance, 0), coalesce(sum(l.remaining), 0) FROM ({ACCOUNTS}) AS a
        LEFT JOIN programs_lot AS l ON l.account_id = a.id AND l.remaining > 0
        WHERE a.kind IN ('wallet', 'pending')
        GROUP BY a.id, a.balance HAVING greatest(a.balance, 0) <> coalesce(sum(l.remaining), 0)
        """,
    "blocked": f"""
        SELECT 'account ' || b.id, coalesce(held.amount, 0), b.balance FROM ({ACCOUNTS}) AS b
        JOIN programs_account AS w ON w.member_id = b.member_id AND w.unit_id = b.unit_id AND w.kind = 'wallet'
        LEFT JOIN (
            SELECT p.account_id, sum(p.amount) AS amount FROM programs_posting AS p
            WHERE p.program_id = %(program)s AND p.outcome = '' AND p.kind IN ('reserve', 'block') AND NOT EXISTS (
                SELECT FROM programs_posting AS r WHERE r.refers_to = p.id AND r.outcome = ''
                    AND r.kind = ANY(%(resolving)s))
            GROUP BY p.account_id
        ) AS held ON held.account_id = w.id
        WHERE b.kind = 'blocked' AND b.balance <> coalesce(held.amount, 0)
        """,
    "standing": f"""
        SELECT 'account ' || a.id, coalesce(m.state, ''), a.standing FROM ({ACCOUNTS}) AS a
        LEFT JOIN programs_member AS m ON m.id = a.member_id
        WHERE a.member_id IS NOT NULL AND m.state IS DISTINCT FROM a.standing
        """,
    "house": f"""
        SELECT 'unit ' || u.id, a.id, CASE a.kind WHEN 'issuance' THEN u.issuance_id ELSE u.redemption_id END
        FROM ({ACCOUNTS}) AS a JOIN programs_unit AS u ON u.id = a.unit_id
        WHERE a.member_id IS NULL AND a.partner_code = '' AND (
            (a.kind = 'issuance' AND u.issuance_id <> a.id) OR (a.kind = 'redemption' AND u.redemption_id <> a.id))
        """,
    "zone": """
        SELECT 'unit ' || u.id, g.zone, u.zone FROM programs_unit AS u
        JOIN programs_program AS g ON g.id = u.program_id WHERE g.id = %(program)s AND u.zone <> g.zone
        """,
    **chains.QUERIES,
}
"""Rows each check finds: place, expected, found; in a sound ledger none."""


def verify(program_id: int, checks: Collection[str] = CHECKS, *, using: str = "default") -> list[Difference]:
    """Return every difference between what is stored of a programme and its journal; none in a sound ledger.

    With `checks`, only those are made: the chains of batches take the longest.
    """
    found = []
    with statements.cursor(using) as cursor:
        facts: dict[str, Any] = {"program": program_id, "resolving": list(kinds.RESOLVING)}
        for name, query in QUERIES.items():
            check = name.split(":")[0]
            if check not in checks:
                continue
            cursor.execute(query, facts, prepare=False)
            found += [Difference(check, place, str(expected), str(was)) for place, expected, was in cursor]
    return found
