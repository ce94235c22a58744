"""Parties: records of customers and products put in, added up and taken back, a whole file at a time."""
