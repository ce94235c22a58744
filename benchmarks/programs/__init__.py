"""Programmes: points beside pgbench, and a change of rules replayed over years of orders."""
