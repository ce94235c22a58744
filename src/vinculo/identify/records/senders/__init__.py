"""Senders: who may send, how much, and from which sites."""
