"""Operation: running the platform, looking after it, keeping copies of it."""
