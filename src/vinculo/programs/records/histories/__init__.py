"""Histories: orders of members read from the store as columns, a few of them or those of years."""
