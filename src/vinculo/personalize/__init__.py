"""Personalize: recommendations, next best action, relationship blueprints."""
