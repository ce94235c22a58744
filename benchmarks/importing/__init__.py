"""The import of a file of orders beside a bare COPY of the same rows into one table."""
