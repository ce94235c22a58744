"""Consents: the log of what customers agreed to, the links they answer by, and what a file says of them."""
