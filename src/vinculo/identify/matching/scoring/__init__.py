"""Scoring: two records weighed in plain Python with the model that Splink saved, and said in words."""
