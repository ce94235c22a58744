"""Tables of programmes."""

from vinculo.programs.records.models.belonging import (
    Badge,
    Ballot,
    BallotOption,
    Challenge,
    ChallengeEntry,
    EarlyAccess,
    Merit,
    Streak,
    Suggestion,
    Vote,
)
from vinculo.programs.records.models.guarantees import Guarantee, Promise, ServiceHours
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.levels import Level, LevelChange, LevelGrant, LevelSet, LevelStanding, LevelTerms
from vinculo.programs.records.models.portal import PortalSession, SignInAsk, SignInPace
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
    "Badge",
    "Ballot",
    "BallotOption",
    "Batch",
    "Challenge",
    "ChallengeEntry",
    "CodeTry",
    "EarlyAccess",
    "Guarantee",
    "Level",
    "LevelChange",
    "LevelGrant",
    "LevelSet",
    "LevelStanding",
    "LevelTerms",
    "LimitUse",
    "Lot",
    "LotUse",
    "Member",
    "Merit",
    "Pool",
    "PortalSession",
    "Posting",
    "Program",
    "Promise",
    "Redemption",
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
    "SignInAsk",
    "SignInPace",
    "Strand",
    "Streak",
    "Suggestion",
    "Transfer",
    "Unit",
    "Vote",
]
