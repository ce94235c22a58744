"""Control totals: wallets, lots and postings counted three times over; whatever does not agree is named."""

from dataclasses import dataclass

from vinculo.programs.records.finance import books
from vinculo.programs.records.finance.books import Head

SHOWN = 100
"""Exceptions of one kind that are named."""

TOTALS = """
WITH account AS MATERIALIZED (
    SELECT a.id, a.unit_id, a.kind, a.balance FROM programs_account AS a JOIN programs_unit AS u ON u.id = a.unit_id
    WHERE u.program_id = %(program)s AND a.member_id IS NOT NULL
),
journal AS (
    SELECT account_id, sum(amount) AS points FROM (
        SELECT credit_id AS account_id, amount FROM programs_transfer
        UNION ALL SELECT debit_id, -amount FROM programs_transfer
    ) AS leg GROUP BY 1
),
lot AS (SELECT account_id, sum(remaining) AS points FROM programs_lot WHERE remaining > 0 GROUP BY 1),
compared AS (
    SELECT
        a.id, a.unit_id, a.kind, a.balance, coalesce(j.points, 0) AS journal,
        CASE WHEN a.kind = 'blocked' THEN a.balance ELSE coalesce(l.points, 0) END AS lots,
        CASE WHEN a.kind = 'blocked' THEN 0 ELSE least(a.balance, 0) END AS debt
    FROM account AS a
    LEFT JOIN journal AS j ON j.account_id = a.id
    LEFT JOIN lot AS l ON l.account_id = a.id
)
"""

SUMS = (
    TOTALS
    + """
SELECT unit_id, sum(balance)::bigint, sum(journal)::bigint, sum(lots)::bigint, sum(debt)::bigint
FROM compared GROUP BY 1
"""
)

ODD = (
    TOTALS
    + """
SELECT unit_id, 'balance', id, balance::bigint, journal::bigint FROM compared WHERE balance <> journal
UNION ALL SELECT unit_id, 'lots', id, balance::bigint, (lots + debt)::bigint FROM compared WHERE balance <> lots + debt
LIMIT %(shown)s
"""
)

SILENT = """
SELECT a.unit_id, CASE WHEN p.outcome = '' THEN 'moves_nothing' ELSE 'refused_moves' END, p.id, p.amount, 0
FROM programs_posting AS p
LEFT JOIN programs_account AS a ON a.id = p.account_id
WHERE p.program_id = %(program)s
    AND (p.outcome = '') <> EXISTS (SELECT 1 FROM programs_transfer AS t WHERE t.posting_id = p.id)
LIMIT %(shown)s
"""
"""A posting that was accepted moves points, one that was refused moves none."""


@dataclass(frozen=True)
class Difference:
    """Something that does not agree: the balance or the lots of an account, or what a posting moved."""

    unit_id: int | None
    kind: str
    number: int
    """Of the account, or of the posting."""
    found: int
    expected: int


@dataclass(frozen=True)
class Totals:
    """Report 9: the same points counted by wallets, by postings and by lots (what is owed by members is below zero)."""

    head: Head
    wallets: int
    postings: int
    lots: int
    debts: int

    @property
    def agree(self) -> bool:
        """Tell whether the three are one."""
        return self.wallets == self.postings == self.lots + self.debts


@dataclass(frozen=True)
class Control:
    """The totals of every unit and what is wrong; the list must be empty."""

    totals: tuple[Totals, ...]
    exceptions: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        """Tell whether everything agrees."""
        return not self.exceptions and all(each.agree for each in self.totals)


def control_totals(*, program_id: int) -> Control:
    """Return the totals of all units of a programme as they are now, and every exception (at most a hundred a kind)."""
    sums = {unit: figures for unit, *figures in books.rows(SUMS, program_id)}
    odd = [*books.rows(ODD, program_id, shown=SHOWN), *books.rows(SILENT, program_id, shown=SHOWN)]
    return Control(
        tuple(Totals(head, *sums.get(head.unit_id, (0, 0, 0, 0))) for head in books.heads(program_id)),
        tuple(Difference(*each) for each in odd),
    )
