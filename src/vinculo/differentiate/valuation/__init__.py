"""Valuation: what a future purchase leaves, and what all expected ones are worth today."""
