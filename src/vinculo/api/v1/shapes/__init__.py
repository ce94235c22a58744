"""Shapes: what resources look like on their way out, and what of them is shown to whom."""
