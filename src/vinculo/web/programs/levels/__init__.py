"""Levels of a programme: their sets and terms, what new ones would do, and those given by hand."""
