"""Finance: what points cost and what is owed for them, computed from figures of the ledger without a database.

Reading order: `rates` (what a point costs and is worth), `cutoffs` (which postings a period holds), `movements` (the
roll-forward), `allocation` and `recognition` (contract liability), `triangle` (breakage), `ageing`, `entries` (journal
of the general ledger).
"""
