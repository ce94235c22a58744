"""Files of customers and products, brought in and taken back as the pipeline does."""

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from vinculo.identify.parties import reading
from vinculo.identify.parties.report import PartyOptions
from vinculo.identify.records import services
from vinculo.identify.records.models import Import
from vinculo.identify.records.parties import arrivals, customers, products
from vinculo.identify.templates import policies as rules
from vinculo.warehouse.duck import DuckEngine

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
KINDS = {"customers": customers, "products": products}


def bring(text: str, *, kind: str = "customers", source: str = "shop", **options: Any) -> tuple[Import, dict[str, int]]:
    """Import a small file; return the import and its counts."""
    policies = options.get("policies", {})
    imported = Import.objects.create(
        source=services.source_ensure(code=source),
        kind=kind,
        file_name="a.csv",
        content_sha256=hashlib.sha256(f"{text}{Import.objects.count()}".encode()).hexdigest(),
        bytes=len(text),
        options={"policies": policies, "column_policies": rules.of_columns(policies)},
        state="done",
        created_at=NOW,
    )
    with tempfile.TemporaryDirectory() as folder, DuckEngine(Path(folder)) as engine:
        file = Path(folder) / "a.csv"
        file.write_text(text, encoding="utf-8")
        reading.read(file, engine=engine, kind=kind, options=PartyOptions(**options))
        with connection.cursor() as cursor:
            counts = KINDS[kind].load(cursor, engine, arrival(imported), folder=Path(folder))
    return imported, counts


def take_back(imported: Import) -> dict[str, int]:
    """Undo an import; return its counts."""
    with connection.cursor() as cursor:
        counts = KINDS[imported.kind].undo(cursor, arrival(imported))
    imported.state = "undone"
    imported.save()
    return counts


def arrival(imported: Import) -> arrivals.Arrival:
    """Return an import as it meets the store."""
    return arrivals.Arrival(imported.pk, imported.source_id, imported.kind, NOW)
