"""The cockpit: this period against the last, one tile a metric, each with its comparison, finding and figures."""
