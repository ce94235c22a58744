"""Rights: what persons may ask for, and what is done about it."""
