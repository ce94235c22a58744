"""Earning kept: rules and their approval, what orders and events earned, what came back, replays of a change."""
