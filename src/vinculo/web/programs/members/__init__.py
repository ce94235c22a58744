"""Members of a programme: found, looked at, corrected."""
