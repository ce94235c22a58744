"""How are we doing? Charts and reports; metrics and dashboards to come."""
