"""Migrations of the common customer base."""
