"""Timeline: everything that happened with one customer, day by day, in words."""
