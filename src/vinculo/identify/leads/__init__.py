"""Leads: the stages of a prospect, the moves between them, and how many go on."""
