"""Rewards: what points are exchanged for, to whom it is offered, and codes that nobody guesses."""
