"""Tracking: events of clients as they came, and what follows from them."""
