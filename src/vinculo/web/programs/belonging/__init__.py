"""Belonging on the desk: challenges, votes, suggestions, referrals and what looks like fraud, recognition."""
