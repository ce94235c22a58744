"""The API door: REST and event ingest; not built yet."""
