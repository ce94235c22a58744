"""Timeline: all that happened with one customer, of whatever kind, in one stream of days."""
