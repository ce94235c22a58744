"""Households: what speaks for two persons living together."""
