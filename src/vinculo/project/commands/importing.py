"""`vinculo import`: files into the operational store, shown before they go in, and taken back by number."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vinculo.cli import complaints, options, progress
from vinculo.foundation.errors import InputError, SettingsError, VinculoError
from vinculo.project.commands import start

if TYPE_CHECKING:
    from vinculo.identify.records.imports.preview import Preview
    from vinculo.identify.records.models import Import

USUAL_SOURCE = "files"
SHOWN = ("rows", "new", "updated", "unchanged", "duplicates", "rejected", "totals")
"""Counts that a person asks for, in this order."""
ALL_NEW = "Of {looked_at:,} new rows, {same:,} are probably customers who are known already, and {maybe:,} may be."
SAMPLED = "Of {looked_at:,} new rows looked at, {same:,} are probably customers who are known, and {maybe:,} may be."
WORDS = {
    "rows": "rows",
    "new": "new",
    "updated": "updated",
    "unchanged": "unchanged",
    "duplicates": "written twice",
    "rejected": "rejected",
    "totals": "rows of totals set aside",
}


def import_files(
    files: Annotated[list[Path] | None, typer.Argument(help="Files to import, in this order.")] = None,
    kind: Annotated[str, typer.Option(help="orders, customers, products or relations; else by the headers.")] = "",
    source: Annotated[str, typer.Option(help="Code of the shop, till or system the files come from.")] = USUAL_SOURCE,
    mapped: Annotated[
        list[str] | None, typer.Option("--map", help="Which column is which, as customer_id=Cliente; may be repeated.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Currency of the amounts, such as EUR.")] = "",
    complete: Annotated[
        bool, typer.Option("--complete", help="The files hold whole orders: lines they lack are put out of force.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the rows go in.")] = False,
    template: Annotated[str, typer.Option(help="Read them as this template says; `vinculo template` lists them.")] = "",
    keep_template: Annotated[str, typer.Option(help="Keep how the file was read under this name.")] = "",
    policy: Annotated[
        list[str] | None,
        typer.Option(help="What a column does to what is there: email=fill, phone=append; may be repeated."),
    ] = None,
    undo: Annotated[int | None, typer.Option(help="Take this import back instead, by its number.")] = None,
    rejected: Annotated[Path | None, typer.Option(help="Write the rejected rows of one file to this CSV.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a file; asks nothing.")] = False,
) -> None:
    """Import files of orders, customers, products or relations; show first what would happen, and ask."""
    if (undo is None) == (not files):
        raise SettingsError("Name the files to import, or the import to take back with --undo.")
    start.store()
    if undo is not None:
        taken_back(undo, as_json=as_json)
        return
    asked: dict[str, Any] = {"language": complaints.terminal(os.environ), "complete_orders": complete}
    if currency:
        asked["currency"] = currency
    if policy:
        asked["policies"] = options.pairs(policy, option="--policy")
    for file in files or []:
        made = opened(file, kind=kind, source=source, asked=asked, template=template)
        mapping = {**made.options.get("mapping", {}), **options.pairs(mapped or [], option="--map")}
        with reported(made, rejected, as_json=as_json):
            if dry_run or not (yes or as_json):
                seen(made, mapping, as_json=as_json)
                if dry_run or not agreed(file):
                    continue
            run(made, mapping, as_json=as_json)
        if keep_template:
            keep(made, keep_template)


def opened(file: Path, *, kind: str, source: str, asked: dict[str, Any], template: str) -> "Import":
    """Take a file in, unread; as the template of its headers says, if no other is asked for."""
    from vinculo.identify.records import services
    from vinculo.identify.records.imports import templates
    from vinculo.identify.records.services import imports

    if not file.exists():
        raise InputError("There is no file {path}: check the name and the folder.", path=str(file))
    found = templates.template_get(name=template) if template else templates.template_for(file, kind=kind)
    told = templates.applied(found, file) if found else {}
    kept = found.source if found and source == USUAL_SOURCE else None
    made = imports.import_open(
        file=file,
        name=file.name,
        kind=kind or (found.kind if found else likeliest_kind(file)),
        source=kept or services.source_ensure(code=source),
        by=start.person(),
        now=datetime.now(UTC),
        options={**told, **asked},
    )
    # A file that waits already was opened with what was asked then.
    made.options = {**made.options, **told, **asked}
    return made


def keep(made: "Import", name: str) -> None:
    """Keep how a file was read under a name."""
    from vinculo.identify.records.imports import templates

    found = templates.template_keep(import_id=made.pk, name=name, by=start.person(), now=datetime.now(UTC))
    progress.CONSOLE.print(start.say("Kept as the template {name!r}.", name=found.name), markup=False)


def likeliest_kind(file: Path) -> str:
    """Return what the rows of a file are, by its headers."""
    from vinculo.identify.parties import reading

    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder:
        return reading.likeliest_kind(file, Path(folder))


def seen(made: "Import", mapping: dict[str, str], *, as_json: bool) -> None:
    """Show what a file was read as and what would happen."""
    from vinculo.identify.records.services import imports

    with progress.steps(start.say) as report:
        shown = imports.import_preview(
            import_id=made.pk, now=datetime.now(UTC), mapping=mapping, options=made.options, progress=report
        )
    if as_json:
        say_json(
            {
                "import": made.pk,
                "file": made.file_name,
                "dry_run": True,
                "counts": dict(shown.counts),
                "likely": dict(shown.likely),
            }
        )
        return
    show(made, shown)


def show(made: "Import", shown: "Preview") -> None:
    """Print a preview."""
    progress.CONSOLE.print(made.file_name, style="bold", markup=False)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for item in shown.mapping:
        table.add_row(item.target, item.column, f"{item.confidence:.0%}", item.why)
    progress.CONSOLE.print(table)
    if made.options.get("template"):
        said = start.say("Read as the template {name!r} says.", name=made.options["template"])
        progress.CONSOLE.print(said, markup=False)
    for warning in shown.warnings:
        progress.CONSOLE.print(f"! {warning}", markup=False, soft_wrap=True)
    for issue in shown.issues[:5]:
        progress.CONSOLE.print(
            start.say(
                "Row {row}, {column}: found {found!r}; expected {expected}.",
                row=issue["row_number"],
                column=issue["column_name"],
                found=issue["found"],
                expected=issue["expected"],
            ),
            markup=False,
            soft_wrap=True,
        )
    progress.CONSOLE.print(counted(shown.counts), markup=False)
    if shown.likely.get("same") or shown.likely.get("maybe"):
        sentence = ALL_NEW if shown.likely["whole"] else SAMPLED
        said = start.say(sentence, **{name: shown.likely[name] for name in ("looked_at", "same", "maybe")})
        progress.CONSOLE.print(said, markup=False, soft_wrap=True)


def counted(counts: Mapping[str, Any]) -> str:
    """Return the counts of an import in one line."""
    found = [name for name in SHOWN if name in counts and (counts[name] or name != "totals")]
    return ", ".join(f"{counts[name]:,} {start.say(WORDS[name])}" for name in found)


def agreed(file: Path) -> bool:
    """Ask whether the rows are to go in; where nobody can answer, they are not."""
    if not sys.stdin.isatty():
        progress.CONSOLE.print(start.say("Nothing was imported: say --yes to import without being asked."))
        return False
    return typer.confirm(start.say("Import {file}?", file=file.name))


def run(made: "Import", mapping: dict[str, str], *, as_json: bool) -> None:
    """Put the rows of a file in."""
    from vinculo.identify.records.services import imports

    with progress.steps(start.say) as report:
        done = imports.import_run(
            import_id=made.pk, now=datetime.now(UTC), mapping=mapping, options=made.options, progress=report
        )
    if as_json:
        say_json({"import": done.pk, "file": done.file_name, "state": done.state, "counts": done.counts})
        return
    sentence = start.say("Import {number} ({file}) is in: {counts}.", number=done.pk, file=done.file_name, counts="{}")
    progress.CONSOLE.print(sentence.replace("{}", counted(done.counts)), markup=False, soft_wrap=True)


@contextmanager
def reported(made: "Import", target: Path | None, *, as_json: bool) -> Iterator[None]:
    """Write the rejected rows of an import to a file, and say what was read when all of them were."""
    from vinculo.identify.records.services import imports

    try:
        yield
    except InputError:
        shown = imports.import_previewed(import_id=made.pk)
        if shown is None or shown.rejected < shown.rows:
            raise
        came_to_nothing(made, shown, as_json=as_json)
        write_rejected(made, target)
        raise
    write_rejected(made, target)


def came_to_nothing(made: "Import", shown: "Preview", *, as_json: bool) -> None:
    """Say what a file was read as of which no row can come in, and how its errors are had."""
    if as_json:
        say_json({"import": made.pk, "file": made.file_name, "state": "failed", "counts": dict(shown.counts)})
        return
    show(made, shown)
    progress.CONSOLE.print(
        start.say(
            "Import {number} brought nothing in; --rejected FILE.csv writes its rows, each with what is wrong.",
            number=made.pk,
        ),
        soft_wrap=True,
        markup=False,
    )


def write_rejected(made: "Import", target: Path | None) -> None:
    """Write the rejected rows of an import to a file."""
    from vinculo.identify.records.services import imports

    if target is not None:
        with target.open("wb") as stream:
            stream.writelines(imports.import_rejected_file(import_id=made.pk))


def taken_back(number: int, *, as_json: bool) -> None:
    """Undo an import and say what became of it."""
    from vinculo.identify.records.models import Import
    from vinculo.identify.records.services import imports

    try:
        counts = imports.import_undo(import_id=number, by=start.person(), now=datetime.now(UTC))
    except Import.DoesNotExist:
        raise NoImportError(number=number) from None
    if as_json:
        say_json({"import": number, "state": "undone", "counts": counts})
        return
    progress.CONSOLE.print(
        start.say(
            "Import {number} was taken back: {removed:,} rows removed, {restored:,} of them stay in the name of other "
            "imports; {kept:,} customers and products stay because something else is known of them.",
            number=number,
            **counts,
        ),
        soft_wrap=True,
    )


class NoImportError(VinculoError):
    """There is no import {number}."""

    code = "import.missing"


def say_json(value: Mapping[str, Any]) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(value, default=str, ensure_ascii=False) + "\n")
