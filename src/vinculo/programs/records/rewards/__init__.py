"""Rewards: the catalogue and what limits it, redemptions, and codes."""
