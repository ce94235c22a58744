"""Audit: who changed what and when, kept where the application can read it and never rewrite it."""
