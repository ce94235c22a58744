"""Finance: reports that read the journal, and what finance adds to it: rates, estimates, closed periods."""
