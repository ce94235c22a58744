"""Matchings: proposed, looked at, published; and the queue in which people say who is one customer."""
