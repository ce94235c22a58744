"""Tables of programmes."""

from vinculo.programs.records.models.ledger import Account, Batch, Lot, LotUse, Posting, Transfer
from vinculo.programs.records.models.program import Member, Program, Unit

__all__ = ["Account", "Batch", "Lot", "LotUse", "Member", "Posting", "Program", "Transfer", "Unit"]
