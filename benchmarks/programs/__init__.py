"""Programmes: posting, sweeps, and replays of rules over years of orders."""
