"""The operational store: the embedded PostgreSQL server or your own, its roles and their privileges."""
