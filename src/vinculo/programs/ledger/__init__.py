"""Ledger: what a posting is, and what becomes of it, decided without a database."""
