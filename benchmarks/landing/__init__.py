"""Landing order lines from PostgreSQL as Parquet, beside a bare COPY of the same rows."""
