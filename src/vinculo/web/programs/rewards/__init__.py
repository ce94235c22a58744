"""Rewards on the desk: the catalogue, codes, limits, redemptions."""
