"""Programmes for programs: members, points, rewards and what members take part in."""
