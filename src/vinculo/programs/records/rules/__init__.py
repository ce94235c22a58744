"""Rules kept: versions and who approved them, what they would give, and what a change would have meant."""
