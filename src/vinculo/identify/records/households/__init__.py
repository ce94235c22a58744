"""Households: kept by hand, suggested by a rule, decided by the staff."""
