"""The Django app of this room."""
