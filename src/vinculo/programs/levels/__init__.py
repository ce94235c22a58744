"""Levels: a standing earned in a programme, decided again from what counts, never from what was decided before."""
