"""Levels in the store: their sets and terms, who stands where, and why."""
