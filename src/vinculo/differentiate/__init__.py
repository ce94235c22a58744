"""What are they worth? Profile, RFMT, profit, lifetime value, tiers, cohorts."""
