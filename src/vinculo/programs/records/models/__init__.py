"""Tables of programmes."""

from vinculo.programs.records.models.finance import Books, CampaignBudget, PeriodClose, PointRate, RedemptionEstimate
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.program import Member, Pool, Program, Unit

__all__ = [
    "Account",
    "Batch",
    "Books",
    "CampaignBudget",
    "Lot",
    "LotUse",
    "Member",
    "PeriodClose",
    "PointRate",
    "Pool",
    "Posting",
    "Program",
    "RedemptionEstimate",
    "Strand",
    "Transfer",
    "Unit",
]
