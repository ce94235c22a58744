"""Opening: make the operational store reachable, whichever it is, and bring its tables up to date."""

import os
from functools import cache

import psycopg
from django.core import management
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from vinculo.foundation.errors import VinculoError
from vinculo.project import home
from vinculo.project.database import address, privileges, server

OLDEST = 150000
"""PostgreSQL 15, as `server_version` writes it."""


class StoreError(VinculoError):
    """The operational store cannot be reached."""

    code = "database.unreachable"


@cache
def embedded_server() -> server.Server:
    """Return the embedded server of this process, not started."""
    return server.Server(home.database_folder())


def open_store() -> server.Server | None:
    """Make sure the operational store answers; return the embedded server when it is the one used.

    Every door calls it before its first query. The server is let go at the end of the process.
    """
    if os.environ.get("DATABASE_URL"):
        check(address.owner())
        return None
    found = embedded_server()
    found.start()
    server.prepare(found)
    return found


def check(where: address.Address) -> None:
    """Refuse a database that does not answer or is too old."""
    try:
        with psycopg.connect(where.conninfo, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise StoreError(
            "The database does not answer ({reason}): check the address in DATABASE_URL and that the server runs.",
            reason=str(error).strip(),
        ) from error
    if version < OLDEST:
        raise StoreError(
            "The database server is PostgreSQL {found}: use {oldest} or newer.",
            found=version // 10000,
            oldest=OLDEST // 10000,
        )


def behind() -> list[str]:
    """Return the migrations that the database has not had yet, oldest first."""
    executor = MigrationExecutor(connections["owner"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connections["owner"].close()
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate() -> None:
    """Bring tables, privileges, audit triggers and groups up to date, as the owner; repeating changes nothing."""
    with connections["owner"].cursor() as cursor:
        privileges.ensure_application(cursor)
    # What must follow every migration (privileges, triggers, groups) hangs on Django's `post_migrate`.
    management.call_command("migrate", database="owner", interactive=False, verbosity=0)
    connections["owner"].close()
