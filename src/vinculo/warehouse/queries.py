"""Queries: SQL written once in DuckDB's dialect, in `.sql` files beside the Python that explains them."""

import re
from functools import cache
from importlib.resources import files

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def load(package: str, name: str) -> str:
    """Return the text of `<name>.sql` in a package."""
    return (files(package) / f"{name}.sql").read_text(encoding="utf-8")


def parameters(sql: str) -> frozenset[str]:
    """Return the names of the `$parameters` that a query uses.

    >>> sorted(parameters("SELECT * FROM days WHERE day <= $as_of"))
    ['as_of']
    """
    return frozenset(_PARAMETER.findall(sql))
