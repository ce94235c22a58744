"""Tables of programmes."""

from vinculo.programs.records.models.guarantees import Guarantee, Promise, ServiceHours
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.levels import Level, LevelChange, LevelGrant, LevelSet, LevelStanding, LevelTerms
from vinculo.programs.records.models.portal import PortalSession, SignInAsk, SignInPace
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
    "CodeTry",
    "Guarantee",
    "LimitUse",
    "Level",
    "LevelChange",
    "LevelGrant",
    "LevelSet",
    "LevelStanding",
    "LevelTerms",
    "Lot",
    "LotUse",
    "Member",
    "Pool",
    "PortalSession",
    "Posting",
    "Program",
    "Promise",
    "Redemption",
    "RedemptionReturn",
    "Reward",
    "RewardCode",
    "RewardLimit",
    "RewardPrice",
    "ServiceHours",
    "SignInAsk",
    "SignInPace",
    "Strand",
    "Transfer",
    "Unit",
]
