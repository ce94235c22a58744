"""Guarantees: published, each promise followed, and what is given when one is broken."""
