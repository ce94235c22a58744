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
    RuleDay,
    RuleVersion,
)
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.program import Member, Pool, Program, Unit

__all__ = [
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
    "PointsPaid",
    "Pool",
    "Posting",
    "Program",
    "Replay",
    "Rule",
    "RuleDay",
    "RuleVersion",
    "Strand",
    "Transfer",
    "Unit",
]
