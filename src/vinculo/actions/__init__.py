"""Actions: planning, payback, journeys, experiments, knowledge."""
