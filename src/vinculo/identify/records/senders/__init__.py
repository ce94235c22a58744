"""Senders: who may send, how much, from which sites, and how long it is kept."""
