"""Control: what is counted of rewards, counted again from the redemptions; the list of differences must be empty."""

from dataclasses import dataclass

from django.db import connection

_CHECKS = {
    "pieces set aside": """
        SELECT reward.id, reward.held, coalesce(sum(redemption.quantity), 0)
        FROM programs_reward AS reward LEFT JOIN programs_redemption AS redemption
            ON redemption.reward_id = reward.id AND redemption.state = 'reserved' AND redemption.stock_held
        WHERE reward.program_id = %(program)s GROUP BY reward.id
        HAVING reward.held <> coalesce(sum(redemption.quantity), 0)
    """,
    "used of a limit": """
        WITH taken AS (
            SELECT (charge->>0)::bigint AS use_id,
                sum((charge->>1)::bigint * (quantity - returned_quantity)) AS amount
            FROM programs_redemption, jsonb_array_elements(charges) AS charge
            WHERE program_id = %(program)s AND state NOT IN ('cancelled', 'expired', 'refused') GROUP BY 1
        )
        SELECT used.id, used.used, coalesce(taken.amount, 0)
        FROM programs_limituse AS used JOIN programs_rewardlimit AS held ON held.id = used.limit_id
        LEFT JOIN taken ON taken.use_id = used.id
        WHERE held.program_id = %(program)s AND used.used <> coalesce(taken.amount, 0)
    """,
    "codes of an open redemption": """
        SELECT redemption.id, count(code.id), 1
        FROM programs_redemption AS redemption JOIN programs_reward AS reward ON reward.id = redemption.reward_id
        LEFT JOIN programs_rewardcode AS code ON code.redemption_id = redemption.id AND code.state = 'allotted'
        WHERE redemption.program_id = %(program)s AND redemption.state IN ('reserved', 'issued')
            AND reward.codes <> 'none'
        GROUP BY redemption.id HAVING count(code.id) <> 1
    """,
    "codes that are open without need": """
        SELECT code.id, 1, 0
        FROM programs_rewardcode AS code LEFT JOIN programs_redemption AS redemption
            ON redemption.id = code.redemption_id
        WHERE code.program_id = %(program)s
            AND code.state = 'allotted' AND coalesce(redemption.state NOT IN ('reserved', 'issued'), true)
    """,
    "points taken back": """
        SELECT redemption.id, redemption.returned_quantity, coalesce(sum(back.quantity), 0)
        FROM programs_redemption AS redemption LEFT JOIN programs_redemptionreturn AS back
            ON back.redemption_id = redemption.id
        WHERE redemption.program_id = %(program)s GROUP BY redemption.id
        HAVING redemption.returned_quantity <> coalesce(sum(back.quantity), 0)
    """,
    "points of the ledger": """
        WITH told AS (
            SELECT id AS redemption_id, points, CASE state WHEN 'reserved' THEN 'reserve' WHEN 'cancelled' THEN 'cancel'
                WHEN 'expired' THEN 'timeout' ELSE 'confirm' END AS kind, program_id
            FROM programs_redemption
            WHERE program_id = %(program)s AND state <> 'refused' AND points > 0
        )
        SELECT told.redemption_id, coalesce(posting.amount, 0), told.points
        FROM told LEFT JOIN programs_posting AS posting
            ON posting.program_id = told.program_id AND posting.source = 'rewards' AND posting.outcome = ''
            AND posting.event = 'redemption ' || told.redemption_id || ' ' || told.kind
        WHERE abs(coalesce(posting.amount, 0)) <> told.points
    """,
}


@dataclass(frozen=True)
class Difference:
    """A figure that does not agree: of what, which row, what was found and what would be right."""

    what: str
    row_id: int
    found: int
    expected: int


def differences(*, program_id: int) -> list[Difference]:
    """Return whatever does not agree with the redemptions of a programme."""
    found = []
    with connection.cursor() as cursor:
        for what, check in _CHECKS.items():
            cursor.execute(check, {"program": program_id})
            found += [Difference(what, *map(int, row)) for row in cursor.fetchall()]
    return found
