"""Tables of programmes."""

from vinculo.programs.records.models.belonging import ChallengeEntry, Merit, Suggestion, Vote
from vinculo.programs.records.models.finance import Books, CampaignBudget, PeriodClose, PointRate, RedemptionEstimate
from vinculo.programs.records.models.guarantees import Guarantee, Promise, ServiceHours
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.levels import LevelChange, LevelGrant, LevelStanding, LevelTerms, Named
from vinculo.programs.records.models.program import Member, Pool, Program, Unit
from vinculo.programs.records.models.referrals import Referral, ReferralCode, ReferralMark, ReferralPlan
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
    "Books",
    "CampaignBudget",
    "ChallengeEntry",
    "CodeTry",
    "Guarantee",
    "LevelChange",
    "LevelGrant",
    "LevelStanding",
    "LevelTerms",
    "LimitUse",
    "Lot",
    "LotUse",
    "Member",
    "Merit",
    "Named",
    "PeriodClose",
    "PointRate",
    "Pool",
    "Posting",
    "Program",
    "Promise",
    "Redemption",
    "RedemptionEstimate",
    "RedemptionReturn",
    "Referral",
    "ReferralCode",
    "ReferralMark",
    "ReferralPlan",
    "Reward",
    "RewardCode",
    "RewardLimit",
    "RewardPrice",
    "ServiceHours",
    "Strand",
    "Suggestion",
    "Transfer",
    "Unit",
    "Vote",
]
