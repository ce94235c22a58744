"""Home: the folder where the platform keeps what it must not lose, and nothing else on the machine."""

import os
import secrets
from pathlib import Path

import platformdirs

from vinculo.foundation.errors import VinculoError

VARIABLE = "VINCULO_HOME"
LOCAL = ".vinculo"


class HomeError(VinculoError):
    """The data folder of the platform cannot be used."""

    code = "home.unusable"


def path() -> Path:
    """Return the data folder, without making it.

    `VINCULO_HOME` names it; without it, a folder `.vinculo` in the working directory when there is one, else the
    user's data directory.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    local = Path.cwd() / LOCAL
    return local if local.is_dir() else platformdirs.user_data_path("vinculo")


def folder(*parts: str) -> Path:
    """Return a folder inside the home, made when missing; only its owner may read it."""
    target = path().joinpath(*parts)
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HomeError(
            "The data folder {folder} cannot be made ({reason}): set VINCULO_HOME to a folder you may write to.",
            folder=str(target),
            reason=error.strerror,
        ) from error
    return target


def database_folder() -> Path:
    """Return where the embedded PostgreSQL server keeps its files."""
    return path() / "pg"


def runs_folder() -> Path:
    """Return where runs are kept, one folder each."""
    return folder("runs")


def warehouse_folder() -> Path:
    """Return where landed tables are kept as Parquet."""
    return folder("warehouse")


def imports_folder() -> Path:
    """Return where imported files and their rows are kept."""
    return folder("imports")


def drawings_folder() -> Path:
    """Return where drawings of runs are kept while the platform runs; it may be emptied at any time."""
    return path() / "drawings"


def secret_key() -> str:
    """Return the secret that signs sessions, made once with the home; whoever reads it can forge them.

    `VINCULO_SECRET_KEY` overrides it, for installations that keep secrets elsewhere.
    """
    given = os.environ.get("VINCULO_SECRET_KEY")
    if given:
        return given
    file = folder() / "secret_key"
    if not file.exists():
        keep_once(file, secrets.token_urlsafe(64))
    return file.read_text(encoding="utf-8").strip()


def keep_once(file: Path, text: str) -> None:
    """Write a small private file unless another process has just done so; readers see all of it or nothing."""
    staged = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(staged, file)
    except FileExistsError:
        pass
    finally:
        staged.unlink()
