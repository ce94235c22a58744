"""Orders of a file: what each line is told by, which repeat each other, and which line a return brings back."""
