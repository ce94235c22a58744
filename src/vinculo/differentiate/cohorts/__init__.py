"""Cohorts: what became of the customers who came in the same month."""
