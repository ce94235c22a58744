"""Address: which database the platform uses, as its owner and as the application."""

import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from psycopg import conninfo

from vinculo.foundation.errors import SettingsError
from vinculo.project import home

DATABASE = "vinculo"
OWNER = "vinculo_owner"
APPLICATION = "vinculo_app"
SOCKET_PATH_LIMIT = 90
"""Longest folder a local socket may stand in: the system allows 103 bytes, file name included."""


@dataclass(frozen=True)
class Address:
    """One way into a database: parameters as libpq names them; `embedded` when the server is our own."""

    parameters: dict[str, str] = field(repr=False)
    embedded: bool = False

    @property
    def user(self) -> str:
        """Return the role that signs in."""
        return self.parameters["user"]

    @property
    def conninfo(self) -> str:
        """Return the parameters as one text, for psycopg, ADBC and the programs of PostgreSQL."""
        return conninfo.make_conninfo("", **self.parameters)

    def naming(self, **parameters: str) -> "Address":
        """Return this address with some parameters changed."""
        return Address({**self.parameters, **parameters}, self.embedded)

    def django(self) -> dict[str, object]:
        """Return the entry of Django's `DATABASES`."""
        named = ("dbname", "user", "password", "host", "port")
        name, user, password, host, port = (self.parameters.get(each, "") for each in named)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": user,
            "PASSWORD": password,
            "HOST": host,
            "PORT": port,
            "OPTIONS": {key: value for key, value in self.parameters.items() if key not in named},
        }


def owner() -> Address:
    """Return the address of the owner of the tables: `DATABASE_URL`, else the embedded server.

    Migrations, privileges, backups and restores run as the owner; nothing else does.
    """
    url = os.environ.get("DATABASE_URL")
    return read(url, "DATABASE_URL") if url else embedded(OWNER)


def application() -> Address:
    """Return the address of the application, which may not touch the audit trail.

    `DATABASE_APP_URL` names it; otherwise it is the role `vinculo_app` in the owner's database, with a password
    derived from the secret of the home and set by every migration.
    """
    url = os.environ.get("DATABASE_APP_URL")
    if url:
        return read(url, "DATABASE_APP_URL")
    if not os.environ.get("DATABASE_URL"):
        return embedded(APPLICATION)
    return owner().naming(user=APPLICATION, password=application_password())


def application_password() -> str:
    """Return the password the application signs in with when no other is given."""
    return hmac.new(home.secret_key().encode(), b"vinculo database application", hashlib.sha256).hexdigest()


def embedded(user: str) -> Address:
    """Return the address of a role on the embedded server, whether it runs or not."""
    return Address({"dbname": DATABASE, "user": user, "host": str(socket_folder(home.database_folder()))}, True)


def socket_folder(data: Path) -> Path:
    """Return where the embedded server listens: beside its data, or in the temporary folder when that path is long."""
    if len(os.fsencode(data)) <= SOCKET_PATH_LIMIT:
        return data
    return Path(tempfile.gettempdir()) / f"vinculo-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"


def read(url: str, variable: str) -> Address:
    """Read an address from a URL; refuse one that names no user or database."""
    try:
        parameters = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items() if value is not None}
    except Exception as error:
        raise SettingsError(
            "{variable} is not the address of a PostgreSQL database: write postgresql://user:password@host:port/name.",
            variable=variable,
        ) from error
    missing = [each for each in ("user", "dbname") if not parameters.get(each)]
    if missing:
        raise SettingsError(
            "{variable} names no {missing}: write postgresql://user:password@host:port/name.",
            variable=variable,
            missing=" and no ".join(missing),
        )
    return Address(parameters)
