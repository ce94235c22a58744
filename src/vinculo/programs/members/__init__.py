"""Members: the numbers of their cards."""
