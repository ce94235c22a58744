"""Diagnosis: what is looked at to tell whether the platform is well, each fault with its remedy."""

import platform
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata

from django.conf import settings
from django.db import connections

import vinculo
from vinculo.foundation.errors import VinculoError
from vinculo.foundation.phrases import Phrase
from vinculo.project import home
from vinculo.project.database import address, opening
from vinculo.project.operation import queue

WELL, WARNING, FAULT = "well", "warning", "fault"
LEAST_FREE = 2 << 30
"""Bytes: an import of a large file and a run write about as much."""

LONG_WAIT = timedelta(minutes=10)
MAIL_SECONDS = 3

ORPHANS = """
SELECT count(*) FILTER (WHERE o.id IS NULL), count(*) FILTER (WHERE l.product_id IS NOT NULL AND p.id IS NULL),
       count(*) FILTER (WHERE l.customer_id IS NOT NULL AND c.id IS NULL), count(*) FILTER (WHERE i.id IS NULL)
FROM identify_orderline l
LEFT JOIN identify_order o ON o.id = l.order_id
LEFT JOIN identify_product p ON p.id = l.product_id
LEFT JOIN identify_customer c ON c.id = l.customer_id
LEFT JOIN identify_import i ON i.id = l.import_id
"""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, and what to do where it is not well."""

    subject: Phrase
    state: str
    says: Phrase | VinculoError
    remedy: Phrase | None = None


def findings(*, now: datetime, quick: bool = False) -> Iterator[Finding]:
    """Look at everything; what needs the database is left out when that does not answer."""
    yield versions()
    yield folder()
    yield disk()
    yield mail()
    reached = database()
    yield reached
    if reached.state == FAULT:
        return
    # The order of remedies: without its tables nothing else can be asked.
    ready = migrations()
    yield ready
    if ready.state == FAULT:
        return
    yield trail()
    yield from jobs(now)
    if not quick:
        yield lines()


def versions() -> Finding:
    """Say what runs here."""
    packages = ("django", "psycopg", "procrastinate", "duckdb", "gunicorn")
    return Finding(
        Phrase("Versions"),
        WELL,
        Phrase(
            "Vinculo {vinculo}, Python {python}, {packages}",
            vinculo=vinculo.__version__,
            python=platform.python_version(),
            packages=", ".join(f"{name} {metadata.version(name)}" for name in packages),
        ),
    )


def folder() -> Finding:
    """Look at the home: there, and nobody else's to read."""
    subject, path = Phrase("Home"), home.path()
    if not path.is_dir():
        says = Phrase("{folder} is not there.", folder=str(path))
        return Finding(subject, WARNING, says, Phrase("VINCULO_HOME names it; vinculo up makes it."))
    if path.stat().st_mode & (stat.S_IRWXO & ~stat.S_IXOTH):
        says = Phrase("Others on this machine can read {folder}.", folder=str(path))
        return Finding(subject, FAULT, says, Phrase("chmod o-rwx {folder}", folder=str(path)))
    secret = path / "secret_key"
    if secret.exists() and secret.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        says = Phrase("Others on this machine can read the secret {file}.", file=str(secret))
        return Finding(subject, FAULT, says, Phrase("chmod 600 {file}", file=str(secret)))
    return Finding(subject, WELL, Phrase("{folder}", folder=str(path)))


def disk() -> Finding:
    """Look at the space that is left where the home is."""
    path = home.path()
    place = next(each for each in (path, *path.parents) if each.exists())
    free = shutil.disk_usage(place).free
    says = Phrase("{gigabytes:.1f} GB are free.", gigabytes=free / (1 << 30))
    if free >= LEAST_FREE:
        return Finding(Phrase("Disk"), WELL, says)
    return Finding(Phrase("Disk"), FAULT, says, Phrase("Free some space, or move the home to a larger disk."))


def mail() -> Finding:
    """Look whether the mail server takes a connection; nothing is sent."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with closing(socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), MAIL_SECONDS)):
            return Finding(Phrase("Mail"), WELL, Phrase("{where} answers.", where=where))
    except OSError as error:
        says = Phrase("{where} does not answer ({reason}).", where=where, reason=error.strerror or str(error))
        remedy = Phrase("Name your mail server in EMAIL_HOST and EMAIL_PORT; forgotten passwords need it.")
        return Finding(Phrase("Mail"), WARNING, says, remedy)


def database() -> Finding:
    """Look whether the operational store answers."""
    subject = Phrase("Database")
    if address.owner().embedded and not home.database_folder().is_dir():
        return Finding(subject, FAULT, Phrase("There is none yet."), Phrase("Start the platform once: vinculo up."))
    try:
        opening.open_store()
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
            version, size = cursor.fetchone()
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except VinculoError as error:
        return Finding(subject, FAULT, error)
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is what is looked for
        says = Phrase("The database does not let us in: {reason}", reason=" ".join(str(error).split()))
        return Finding(subject, FAULT, says, Phrase("Check DATABASE_URL and DATABASE_APP_URL, then vinculo up."))
    says = Phrase(
        "PostgreSQL {version}, {kind}, {megabytes:,} MB",
        version=version,
        kind=Phrase("embedded") if address.owner().embedded else Phrase("your own server"),
        megabytes=size >> 20,
    )
    return Finding(subject, WELL, says)


def migrations() -> Finding:
    """Look whether the tables are those of this version."""
    subject, missing = Phrase("Tables"), opening.behind()
    if not missing:
        return Finding(subject, WELL, Phrase("All migrations are applied."))
    says = Phrase("{count} migrations are missing, the first {name}.", count=len(missing), name=missing[0])
    return Finding(subject, FAULT, says, Phrase("vinculo up applies them; make a backup before."))


def trail() -> Finding:
    """Look whether the application is kept from the audit trail."""
    subject = Phrase("Audit trail")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, bool_or(has_table_privilege('audit_entry', each)), count(DISTINCT trigger.tgrelid) "
            "FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) each "
            "LEFT JOIN pg_trigger trigger ON trigger.tgname = 'audit_update'"
        )
        user, allowed, tables = cursor.fetchone()
    if allowed:
        says = Phrase("The application signs in as {user}, who can change the trail.", user=user)
        return Finding(subject, FAULT, says, Phrase("Name a role without rights of its own in DATABASE_APP_URL."))
    return Finding(
        subject, WELL, Phrase("{tables} tables are watched; {user} cannot touch it.", tables=tables, user=user)
    )


def jobs(now: datetime) -> Iterator[Finding]:
    """Look at the queue, and at jobs whose worker died."""
    found, subject = queue.state(now), Phrase("Queue")
    says = Phrase(
        "{workers} workers; {waiting} jobs wait, {running} run, {failed} failed in the last day.",
        workers=found.workers,
        waiting=found.waiting,
        running=found.running,
        failed=found.failed_today,
    )
    late = found.oldest_waiting is not None and now - found.oldest_waiting > LONG_WAIT
    if late:
        yield Finding(subject, FAULT, says, Phrase("Jobs wait and nobody does them: vinculo up starts a worker."))
    elif found.failed_today:
        yield Finding(subject, WARNING, says, Phrase("The pages of runs and imports say why each failed."))
    else:
        yield Finding(subject, WELL, says)
    subject = Phrase("Stale jobs")
    if found.stalled:
        says = Phrase("{jobs} jobs belong to a worker that died.", jobs=found.stalled)
        yield Finding(subject, FAULT, says, Phrase("vinculo up does them again, once each."))
    else:
        yield Finding(subject, WELL, Phrase("None."))


def lines() -> Finding:
    """Look for order lines whose order, product, customer or import is not there: no constraint keeps them."""
    subject = Phrase("Order lines")
    with connections["owner"].cursor() as cursor:
        cursor.execute(ORPHANS)
        orders, products, customers, imports = cursor.fetchone()
    connections["owner"].close()
    if not any((orders, products, customers, imports)):
        return Finding(subject, WELL, Phrase("All point to what is there."))
    says = Phrase(
        "Lines point to what is not there: {orders} to orders, {products} to products, {customers} to customers, "
        "{imports} to imports.",
        orders=orders,
        products=products,
        customers=customers,
        imports=imports,
    )
    return Finding(subject, FAULT, says, Phrase("Restore the last backup, and report this: it is a fault of Vinculo."))
