"""The ledger: one way to write, many to read, and a proof."""
