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
from vinculo.programs.records.models.guarantees import Guarantee, Promise, ServiceHours
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.program import Member, Pool, Program, Unit
from vinculo.programs.records.models.rewards import (
    CodeTry,
    LimitUse,
    Redemption,
    RedemptionReturn,
    Reward,
    RewardCode,
    RewardLimit,
    RewardPrice,
)

__all__ = [
    "Account",
    "Batch",
    "Birthday",
    "CodeTry",
    "EarnedAward",
    "EarnedLine",
    "Earning",
    "EarningPolicy",
    "Guarantee",
    "LimitUse",
    "Lot",
    "LotUse",
    "Member",
    "PointsPaid",
    "Pool",
    "Posting",
    "Program",
    "Promise",
    "Redemption",
    "RedemptionReturn",
    "Replay",
    "Reward",
    "RewardCode",
    "RewardLimit",
    "RewardPrice",
    "Rule",
    "RuleDay",
    "RuleVersion",
    "ServiceHours",
    "Strand",
    "Transfer",
    "Unit",
]
