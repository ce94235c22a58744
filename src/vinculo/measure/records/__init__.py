"""The Django app of this room; not built yet."""
