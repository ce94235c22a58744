"""Charts: pure functions from Arrow tables to Altair charts, one file a family, rendered to SVG on the server."""
