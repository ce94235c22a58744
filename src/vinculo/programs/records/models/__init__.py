"""Tables of programmes."""

from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Strand, Transfer
from vinculo.programs.records.models.program import Member, Pool, Program, Unit

__all__ = [
    "Account",
    "Batch",
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
