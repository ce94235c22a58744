"""Profit: the contribution ledger, the whale curve, our own 80/20 and its stability."""
