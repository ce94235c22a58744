"""Tiers: value tiers and relationship areas, each customer with a reason in one sentence."""
