"""Forecasting every customer by BG/NBD, beside lifetimes."""

DAILY_RATE = 0.00038
"""Continuous discount rate a day: about 15 % a year."""
HORIZON_DAYS = 12 * 30
"""Twelve months as lifetimes counts them."""
