"""Consents: the customer's own pages, and what the staff sees and records of them."""
