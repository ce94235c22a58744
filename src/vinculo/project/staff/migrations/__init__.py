"""Migrations of the staff."""
