"""Persons: what runs know of them, when they ask for it and when they are erased."""
