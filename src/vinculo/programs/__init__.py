"""Programs: points ledger, tiers, rewards, challenges, service guarantees."""
