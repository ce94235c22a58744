"""Consents: what customers agreed to, and what of it holds now."""
