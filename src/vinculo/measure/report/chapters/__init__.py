"""Chapters: each answers one question of the reader, in words, figures and tables."""
