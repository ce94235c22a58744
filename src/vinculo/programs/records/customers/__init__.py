"""Customers: what somebody has in a programme under all the numbers of one customer, with or without a merge."""
