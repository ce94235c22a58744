"""Tables of programmes."""

from vinculo.programs.records.models.finance import (
    Books,
    CampaignBudget,
    PeriodClose,
    PointRate,
    RedemptionEstimate,
)
from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Transfer
from vinculo.programs.records.models.program import Member, Program, Unit

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
    "Posting",
    "Program",
    "RedemptionEstimate",
    "Transfer",
    "Unit",
]
