"""The door for people: the staff application."""
