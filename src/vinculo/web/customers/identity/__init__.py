"""Identity: who is one customer, why, and the pages on which people decide it."""
