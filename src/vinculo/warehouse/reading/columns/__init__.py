"""Columns: which column is which, and how its texts are written (numbers, dates)."""
