"""Data quality: scores worst first, the customers behind each figure, owners and thresholds, and a badge."""
