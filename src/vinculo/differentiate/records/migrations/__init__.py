"""Migrations of runs and what they serve."""
