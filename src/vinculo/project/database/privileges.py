"""Privileges: what the application role may do, and what it may never do."""

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from vinculo.foundation.errors import VinculoError
from vinculo.project.database import address

VALUES = "differentiate_customervalue"
READ_ONLY = ("audit_entry", "django_migrations", "django_content_type", "auth_permission", VALUES)
"""Tables the application reads and never writes, their partitions too; the audit trail is written by its triggers, as
the owner, and the values of a run come into a table of their own that is attached when it is full."""

APPENDED = (
    *("programs_posting", "programs_transfer", "programs_lotuse", "programs_batch"),
    *("programs_pointrate", "programs_campaignbudget", "programs_periodclose"),
)
"""Tables the application adds to and never changes: the journal of points, and what finance said of it."""

DEFINERS = (
    *("identify_erase(bigint[])", "identify_events_expire(timestamptz, bigint)"),
    *("audit_erase(bigint[])", "audit_trim(timestamptz)"),
)
"""Functions that do, as the owner, what the application may not do by itself: it may call them, nobody else may."""

TABLES = """
SELECT c.relname, c.relname <> ALL(%(read)s) AND NOT c.relispartition FROM pg_class AS c
LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
LEFT JOIN pg_class AS whole ON whole.oid = i.inhparent
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND (c.relname = ANY(%(read)s) OR whole.relname = ANY(%(read)s) OR c.relname ~ %(filling)s)
"""
"""The tables that are only read, and those that are being filled to become part of one."""


class PrivilegeError(VinculoError):
    """The owner of the database may not make the application role."""

    code = "database.privilege"


def ensure_application(cursor: CursorWrapper) -> None:
    """Make the application role, or set its password anew, unless somebody else keeps it (`DATABASE_APP_URL`)."""
    user = address.application().user
    if user == address.owner().user:
        raise PrivilegeError(
            "The application would sign in as {user}, the owner of the tables, who can rewrite the audit trail: "
            "name another role in DATABASE_APP_URL.",
            user=user,
        )
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user])
    known = cursor.fetchone() is not None
    if known and address.owner().embedded:
        return
    password = address.application().parameters.get("password", "")
    verb = "ALTER" if known else "CREATE"
    statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(user), sql.Literal(password))
    cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:
        cursor.execute(statement)
    elif not known:
        raise PrivilegeError(
            "The role {owner} may not make roles: let an administrator of the server run "
            "CREATE ROLE {user} LOGIN PASSWORD '…' and name it in DATABASE_APP_URL.",
            owner=address.owner().user,
            user=user,
        )


def grant(cursor: CursorWrapper) -> None:
    """Give the application role its rights on every table and sequence, and take back what it must not have."""
    role = sql.Identifier(address.application().user)
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    cursor.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role))
    cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
    cursor.execute(TABLES, {"read": list(READ_ONLY), "filling": f"^{VALUES}_[0-9]+$"})
    for table, filling in cursor.fetchall():
        insert = sql.SQL("" if filling else "INSERT, ")
        cursor.execute(
            sql.SQL("REVOKE {}UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {} FROM {}").format(
                insert, sql.Identifier(table), role
            )
        )
    cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s)", [list(APPENDED)])
    for (table,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {} FROM {}").format(
                sql.Identifier(table), role
            )
        )
    for function in DEFINERS:
        cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
        if cursor.fetchone()[0]:
            cursor.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function)))
            cursor.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), role))
