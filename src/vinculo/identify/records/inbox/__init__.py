"""Inbox: folders that are watched, whose new and changed files are brought in by themselves."""
