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
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.levels import Level, LevelChange, LevelGrant, LevelSet, LevelStanding, LevelTerms
from vinculo.programs.records.models.program import Member, Pool, Program, Unit
from vinculo.programs.records.models.referrals import Referral, ReferralCode, ReferralMark, ReferralPlan

__all__ = [
    "Account",
    "Badge",
    "Ballot",
    "BallotOption",
    "Batch",
    "Challenge",
    "ChallengeEntry",
    "EarlyAccess",
    "Level",
    "LevelChange",
    "LevelGrant",
    "LevelSet",
    "LevelStanding",
    "LevelTerms",
    "Lot",
    "LotUse",
    "Member",
    "Merit",
    "Pool",
    "Posting",
    "Program",
    "Referral",
    "ReferralCode",
    "ReferralMark",
    "ReferralPlan",
    "Strand",
    "Streak",
    "Suggestion",
    "Transfer",
    "Unit",
    "Vote",
]
