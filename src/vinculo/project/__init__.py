"""Django settings, urls and the embedded PostgreSQL; not built yet."""
