"""Templates of columns: what a file is known by, what may happen to each column, and blank files to begin with."""
