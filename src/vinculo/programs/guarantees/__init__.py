"""Guarantees: in what time a promise is to be kept, and whether it was."""
