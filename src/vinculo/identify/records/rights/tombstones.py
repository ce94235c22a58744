"""Tombstones: keyed hashes of what pointed to persons who were erased, so that no file brings them back.

The key lies in the home and not in the store: who has one of them alone can name nobody (HMAC, RFC 2104).
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from vinculo.identify import folding
from vinculo.identify.cleaning import phones
from vinculo.identify.records.models import Identifier, Tombstone
from vinculo.identify.records.parties import customers
from vinculo.identify.records.rights.traces import Traces


def folder() -> Path:
    """Return where the key and the list of erasures are kept."""
    return Path(settings.HOME_FOLDER("erasures"))


def key() -> bytes:
    """Return the key of the hashes, made once with the home."""
    return read_key(str(folder() / "key"))


@cache
def read_key(file: str) -> bytes:
    """Read a key, or make it: whoever comes second reads what the first wrote."""
    path = Path(file)
    if not path.exists():
        staged = path.with_name(f".key.{secrets.token_hex(8)}")
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_hex(32).encode())
            os.fsync(stream.fileno())
        try:
            os.link(staged, path)
        except FileExistsError:
            pass
        finally:
            staged.unlink()
    return path.read_bytes()


def digest(kind: str, value: str) -> str:
    """Return the keyed hash of an identifier."""
    return hmac.new(key(), f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()


def of_key(source_id: int, value: str) -> str:
    """Return the keyed hash of the number by which a source knows somebody."""
    return digest(f"source_key {source_id}", value)


def of_traces(traces: Traces) -> list[str]:
    """Return the keyed hashes of all identifiers of a person."""
    return sorted(
        {
            *(of_key(source, value) for source, value in traces.keys),
            *(digest(kind, value) for kind, value in traces.identifiers),
        }
    )


def known() -> frozenset[str]:
    """Return every hash there is."""
    return frozenset(Tombstone.objects.values_list("digest", flat=True))


def put(digests: Iterable[str], *, now: datetime) -> None:
    """Keep hashes; those that are there already stay as they are."""
    made = [Tombstone(digest=each, recorded_at=now) for each in digests]
    Tombstone.objects.bulk_create(made, ignore_conflicts=True)


def lift(customer_id: int, **_fact: object) -> None:
    """Take the hashes away of what a customer bears whom a person has added or changed: who is here was not erased."""
    if Tombstone.objects.exists():
        borne = Identifier.objects.filter(customer_id=customer_id)
        digests = [
            of_key(each.source_id, each.value)
            if each.kind == Identifier.Kind.SOURCE_KEY
            else digest(each.kind, each.normalised)
            for each in borne
        ]
        Tombstone.objects.filter(digest__in=digests).delete()


def of_record(source_id: int, source_key: str, clean: Mapping[str, object]) -> list[str]:
    """Return the hashes of all identifiers of a clean record."""
    typed = [(kind, str(clean[name])) for name, kind in customers.SLOTS.items() if clean.get(name)]
    return [of_key(source_id, source_key), *(digest(kind, folding.identifier(kind, value)) for kind, value in typed)]


def of_cell(source_id: int, cell: str) -> list[str]:
    """Return the hashes that a cell may have, whatever its column is."""
    folded = folding.fold(cell)
    found = [of_key(source_id, cell.strip()), digest("email", folded), digest("tax_id", folded)]
    dialled = phones.clean(cell).value if sum(each.isdigit() for each in cell) >= 7 else None
    return [*found, digest("phone", folding.identifier("phone", dialled))] if dialled else found
