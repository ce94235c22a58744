"""Staff: the people who work with the platform, their role and their language."""
