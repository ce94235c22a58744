"""The operational store as those reach it who read it in bulk, beside Django."""

from django.db import connections
from psycopg import conninfo

_OURS = ("cursor_factory", "context", "prepare_threshold", "server_side_binding", "assume_role")
"""Parameters of Django's connections that libpq does not know."""


def store_address() -> str:
    """Return the address by which the application reaches the operational store, as libpq takes it."""
    parameters = connections["default"].get_connection_params()
    return conninfo.make_conninfo("", **{name: value for name, value in parameters.items() if name not in _OURS})
