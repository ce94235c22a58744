"""Orders of a file: put into the store and taken back, a whole file at a time."""
