"""The seam for Spark: every query is written once, in DuckDB's dialect, and translated by sqlglot."""

import sqlglot
from sqlglot.errors import ErrorLevel


def translate(sql: str) -> str:
    """Translate one query to Spark SQL, refusing what Spark cannot say.

    >>> translate("SELECT customer_id, max(day) - min(day) AS age FROM days GROUP BY ALL")
    'SELECT customer_id, MAX(day) - MIN(day) AS age FROM days GROUP BY ALL'
    """
    (statement,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    return statement
