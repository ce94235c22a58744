"""Till: what an assistant may do by herself, and what can be undone."""
