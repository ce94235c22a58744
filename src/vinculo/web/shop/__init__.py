"""Shop: a small shop of the demonstration, whose visitors are seen while they look around and buy."""
