"""Membership: which parties are one customer; merged and separated without ever rewriting what belongs to them."""
