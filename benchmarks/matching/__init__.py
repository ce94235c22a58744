"""Matching: clusters of a made-up base of a million records, beside rules and beside Splink alone."""
