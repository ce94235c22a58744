"""Holdouts: what was known on a day, and what happened after it."""
