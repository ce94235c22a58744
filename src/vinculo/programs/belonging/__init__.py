"""Belonging: what binds members to a programme besides points: challenges, referrals, votes, recognition."""
