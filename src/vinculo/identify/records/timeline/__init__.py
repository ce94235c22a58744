"""Timeline: one stream of days, composed of what the tables keep; nothing is written for it."""
