"""Tables of programmes."""

from vinculo.programs.records.models.earning import (
    Birthday,
    EarnedAward,
    EarnedLine,
    Earning,
    EarningPolicy,
    PointsPaid,
    Replay,
    Rule,
    RuleVersion,
)
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Transfer
from vinculo.programs.records.models.program import Member, Program, Unit

__all__ = [
    *(
        "Account",
        "Batch",
        "Birthday",
        "EarnedAward",
        "EarnedLine",
        "Earning",
        "EarningPolicy",
        "Lot",
        "LotUse",
        "Member",
    ),
    *("PointsPaid", "Posting", "Program", "Replay", "Rule", "RuleVersion", "Transfer", "Unit"),
]
