"""Relations: who is bound to whom, households, and hierarchies of organisations."""
