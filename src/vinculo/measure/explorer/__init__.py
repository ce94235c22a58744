"""The explorer: the charts of a run as pages show them, every mark a way to the customers behind it."""
