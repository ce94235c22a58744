"""Matching the whole base: proposed as a folder, reported, published like any run, and reviewed by people."""
