"""The report: one self-contained HTML page that a relationship manager can read, print and send."""
