"""Matching: which records are of one person or company, by Splink, with guardrails around it and reasons beside it."""
