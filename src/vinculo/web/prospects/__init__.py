"""Prospects: leads by stage, the page of each, what they come to."""
