"""Control totals: the same points counted three times over; whatever does not agree is named."""

from dataclasses import dataclass

from vinculo.programs.records.finance import books
from vinculo.programs.records.finance.books import Head
from vinculo.programs.records.ledger import verify

CHECKS = ("balance", "lots", "blocked", "amount", "refused", "unit", "floor")
"""What of `vinculo ledger verify` concerns totals; it looks at the chains of batches as well."""

SUMS = """
WITH account AS NOT MATERIALIZED (
    SELECT a.id, a.unit_id, a.kind, a.balance FROM programs_account AS a JOIN programs_unit AS u ON u.id = a.unit_id
    WHERE u.program_id = %(program)s AND a.member_id IS NOT NULL
),
leg AS (
    SELECT a.unit_id, t.amount FROM programs_transfer AS t JOIN account AS a ON a.id = t.credit_id
    UNION ALL SELECT a.unit_id, -t.amount FROM programs_transfer AS t JOIN account AS a ON a.id = t.debit_id
),
journal AS (SELECT unit_id, sum(amount) AS points FROM leg GROUP BY 1),
lot AS (
    SELECT a.unit_id, sum(l.remaining) AS points FROM programs_lot AS l JOIN account AS a ON a.id = l.account_id
    WHERE l.remaining > 0 GROUP BY 1
)
SELECT
    a.unit_id, sum(a.balance)::bigint, max(coalesce(j.points, 0))::bigint,
    (max(coalesce(l.points, 0)) + coalesce(sum(a.balance) FILTER (WHERE a.kind = 'blocked'), 0))::bigint,
    coalesce(sum(a.balance) FILTER (WHERE a.balance < 0), 0)::bigint
FROM account AS a LEFT JOIN journal AS j USING (unit_id) LEFT JOIN lot AS l USING (unit_id)
GROUP BY 1
"""


@dataclass(frozen=True)
class Totals:
    """Report 9: the same points counted by wallets, by postings, and by lots with what is held for rewards.

    `debts`, what members owe, is below zero.
    """

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
    exceptions: tuple[verify.Difference, ...]

    @property
    def clean(self) -> bool:
        """Tell whether everything agrees."""
        return not self.exceptions and all(each.agree for each in self.totals)


def control_totals(*, program_id: int) -> Control:
    """Return the totals of all units of a programme as they are now, and everything that does not agree."""
    sums = {unit: figures for unit, *figures in books.rows(SUMS, program_id)}
    return Control(
        tuple(Totals(head, *sums.get(head.unit_id, (0, 0, 0, 0))) for head in books.heads(program_id)),
        tuple(verify.verify(program_id, CHECKS)),
    )
