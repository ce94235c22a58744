"""Belonging in the store: challenges, streaks, referrals, ballots, suggestions, early access, recognition."""
