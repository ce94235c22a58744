"""Interact: touchpoints, contact history, cases and recovery, surveys, feedback."""
