"""Hierarchies of organisations: who belongs to whom, and what a branch of the tree adds up to."""
