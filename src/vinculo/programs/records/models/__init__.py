"""Tables of programmes."""

from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.levels import Level, LevelChange, LevelGrant, LevelSet, LevelStanding, LevelTerms
from vinculo.programs.records.models.program import Member, Pool, Program, Unit

__all__ = [
    "Account",
    "Batch",
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
    "Posting",
    "Program",
    "Strand",
    "Transfer",
    "Unit",
]
