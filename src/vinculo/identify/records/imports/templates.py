"""Templates: a correction of columns kept under a name, and found again by the headers of the next file."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError, VinculoError
from vinculo.identify.records.imports import folders, preview
from vinculo.identify.records.models import Import, ImportTemplate, Source
from vinculo.identify.templates import headers, policies

NAME = "template"
"""Option of an import: the name of the template it was read by."""


class NoTemplateError(VinculoError):
    """There is no template {name!r}: choose one of {choices}."""

    code = "template.missing"


def template_list() -> QuerySet[ImportTemplate]:
    """Return the templates by name."""
    return ImportTemplate.objects.select_related("source").order_by("name")


def template_get(*, name: str) -> ImportTemplate:
    """Return the template of a name."""
    found = template_list().filter(name=name).first()
    if found is None:
        choices = ", ".join(template_list().values_list("name", flat=True)) or "-"
        raise NoTemplateError(name=name, choices=choices)
    return found


def template_for(file: Path, *, kind: str = "") -> ImportTemplate | None:
    """Return the latest template made from a file with the same headers, or nothing; no file is opened in vain."""
    known = ImportTemplate.objects.filter(**({"kind": kind} if kind else {}))
    if not known.exists():
        return None
    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder:
        mark = headers.fingerprint(headers.of_file(file, Path(folder)))
    return known.filter(fingerprint=mark).select_related("source").order_by("-id").first()


def template_keep(*, import_id: int, name: str, by: str, now: datetime) -> ImportTemplate:
    """Keep how an import is read under a name; what was kept under that name is replaced.

    Raises
    ------
    InputError
        It has no name, or the import has not been read yet, or its file is gone.
    """
    imported = Import.objects.select_related("source").get(pk=import_id)
    shown = preview.read(folders.of(import_id) / folders.PREVIEW)
    name = " ".join(name.split())[:120]
    if not name:
        raise InputError("A template needs a name.")
    if shown is None:
        raise InputError("Import {number} has not been read yet: preview it first.", number=import_id)
    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder:
        found = headers.of_file(folders.original(import_id), Path(folder))
    left_out = {target: "" for target, column in imported.options.get("mapping", {}).items() if not column}
    values = {
        "kind": imported.kind,
        "source": imported.source,
        "headers": list(found),
        "fingerprint": headers.fingerprint(found),
        "mapping": {**left_out, **{item.target: item.column for item in shown.mapping}},
        "options": kept(imported.options),
    }
    with actor.acting(by), transaction.atomic():
        made, _new = ImportTemplate.objects.update_or_create(
            name=name, defaults=values, create_defaults={**values, "created_at": now, "created_by": by}
        )
    return made


def kept(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the options of an import that a template keeps."""
    return {option: options[option] for option in headers.OPTIONS if options.get(option)}


def template_change(
    *, template_id: int, by: str, mapping: Mapping[str, str], options: Mapping[str, Any], **fields: Any
) -> ImportTemplate:
    """Change what a template says; `fields` are its name and its source."""
    policies.refuse_unknown(options.get("policies") or {})
    with actor.acting(by), transaction.atomic():
        found = ImportTemplate.objects.select_for_update().get(pk=template_id)
        named = str(fields.get("name", found.name)).strip()
        if not named or ImportTemplate.objects.filter(name=named).exclude(pk=template_id).exists():
            raise InputError("A template needs a name that no other has.")
        found.name, found.mapping, found.options = named, dict(mapping), kept(options)
        if "source" in fields:
            source: Source | None = fields["source"]
            found.source = source
        found.save()
    return found


def template_remove(*, template_id: int, by: str) -> None:
    """Forget a template; imports read by it stay as they are."""
    with actor.acting(by), transaction.atomic():
        ImportTemplate.objects.filter(pk=template_id).delete()


def applied(template: ImportTemplate, file: Path) -> dict[str, Any]:
    """Return the options of an import that is read as a template says; columns the file lacks are left out."""
    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder:
        found = headers.of_file(file, Path(folder), template.options)
    return {**template.options, "mapping": headers.fitting(template.mapping, found), NAME: template.name}


def unapplied() -> dict[str, Any]:
    """Return the options of an import that is read without a template."""
    return {**dict.fromkeys(headers.OPTIONS, ""), "policies": {}, "mapping": {}, NAME: ""}
