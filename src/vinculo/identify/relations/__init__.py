"""Relations: what files say of who is bound to whom."""
