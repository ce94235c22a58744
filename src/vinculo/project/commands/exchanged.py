"""`vinculo template`, `vinculo folder`, `vinculo export`: imports that know their files, and data taken out again."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from vinculo.cli import progress
from vinculo.foundation.errors import InputError, SettingsError
from vinculo.project.commands import start


def template(
    forget: Annotated[str, typer.Option(help="Forget the template of this name.")] = "",
    blank: Annotated[str, typer.Option(help="Write a blank file: customers, products or orders.")] = "",
    out: Annotated[Path | None, typer.Option(help="The CSV or XLSX to write a blank to.")] = None,
    language: Annotated[str, typer.Option(help="Language of the headers of a blank: en or es.")] = "en",
) -> None:
    """List the templates of columns, forget one, or write a blank file to begin with."""
    if blank:
        write_blank(blank, out, language)
        return
    start.store()
    from vinculo.identify.records.imports import templates

    if forget:
        templates.template_remove(template_id=templates.template_get(name=forget).pk, by=start.person())
        say("The template {name!r} is gone; what came in by it stays.", name=forget)
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for each in templates.template_list():
        table.add_row(each.name, each.kind, str(each.source or "-"), ", ".join(each.headers)[:80])
    progress.CONSOLE.print(table)


def write_blank(kind: str, out: Path | None, language: str) -> None:
    """Write a blank file."""
    from vinculo.foundation import language as languages
    from vinculo.identify.templates import blanks
    from vinculo.measure import sheets

    if kind not in blanks.COLUMNS or language not in blanks.LANGUAGES:
        raise SettingsError("There is a blank of {choices} only, in en and es.", choices=", ".join(blanks.COLUMNS))
    target = out or Path(f"{kind}.csv")
    translate = languages.translator(language)
    if target.suffix == ".xlsx":
        head = [[column.header(language) for column in blanks.COLUMNS[kind]]]
        told = blanks.explained(kind, language=language, translate=translate)
        write(target, sheets.as_workbook(head, more=told))
        return
    lines = blanks.lines(kind, language=language, translate=translate)
    write(target, sheets.as_csv(lines, delimiter=blanks.DELIMITERS[language]))


def folder(
    watch: Annotated[str, typer.Option(help="Watch this folder, named below the permitted root.")] = "",
    source: Annotated[str, typer.Option(help="Code of the shop, till or system its files come from.")] = "files",
    kind: Annotated[str, typer.Option(help="orders, customers, products or relations; else by the headers.")] = "",
    every: Annotated[int, typer.Option(help="Minutes between two looks; 0 for once a night.")] = 0,
    move: Annotated[bool, typer.Option("--move", help="Move files that came in to a folder beside them.")] = False,
    forget: Annotated[str, typer.Option(help="Watch this folder no more.")] = "",
    look: Annotated[bool, typer.Option("--look", help="Look at all of them now.")] = False,
) -> None:
    """List the folders that are watched, watch another, or look at them now."""
    start.store()
    from vinculo.identify.records import services as base
    from vinculo.identify.records.inbox import selectors, services

    now = datetime.now(UTC)
    if watch:
        chosen = services.Choice(base.source_ensure(code=source), kind, every, "move" if move else "leave")
        services.folder_watch(path=watch, choice=chosen, by=start.person(), now=now)
    if forget:
        found = selectors.folder_list().filter(path=forget).first()
        if found is None:
            raise InputError("The folder {path} is not watched.", path=forget)
        services.folder_forget(folder_id=found.pk, by=start.person())
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for each in selectors.folder_list():
        if not look:
            table.add_row(each.path, str(each.source), each.kind or "-", str(each.every_minutes or "nightly"))
            continue
        for file in services.folder_look(folder_id=each.pk, now=now):
            table.add_row(f"{each.path}/{file.name}", file.state, file.problem)
    progress.CONSOLE.print(table)
    for each in selectors.problem_list():
        progress.CONSOLE.print(f"! {each.problem}", markup=False, soft_wrap=True)


def export(
    kind: Annotated[str, typer.Argument(help="customers, products or orders.")],
    out: Annotated[Path, typer.Option(help="The CSV, XLSX or, of customers, VCF to write.")],
    source: Annotated[str, typer.Option(help="Code of the source whose rows are written.")] = "files",
    language: Annotated[str, typer.Option(help="Language of the headers: en or es.")] = "en",
) -> None:
    """Write what a source has, so that an import reads it again and changes nothing."""
    start.store()
    from vinculo.identify.records import selectors
    from vinculo.identify.records.exports import cards, tables
    from vinculo.measure import sheets

    if kind not in tables.KINDS:
        raise SettingsError(
            "There is no export of {found!r}: choose one of {choices}.", found=kind, choices=tables.KINDS
        )
    found = selectors.source_list().filter(code=source).first()
    if found is None:
        choices = ", ".join(selectors.source_list().values_list("code", flat=True))
        raise InputError("There is no source {source!r}: choose one of {choices}.", source=source, choices=choices)
    if out.suffix == ".vcf" and kind == "customers":
        write(out, cards.cards(cards.customers_of(source_id=found.pk)))
        return
    rows = tables.rows(kind, source=found, language=language)
    write(out, sheets.as_workbook(rows) if out.suffix == ".xlsx" else sheets.as_csv(rows))


def write(target: Path, pieces: Iterable[bytes]) -> None:
    """Write a file; a dash is the standard output."""
    if str(target) == "-":
        sys.stdout.buffer.writelines(pieces)
        return
    try:
        with target.open("wb") as stream:
            stream.writelines(pieces)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise InputError("{path} cannot be written: {reason}.", path=str(target), reason=reason) from error
    say("Written to {file}.", file=str(target))


def say(sentence: str, **facts: object) -> None:
    """Say a sentence in the language of the terminal."""
    progress.CONSOLE.print(start.say(sentence, **facts), markup=False, soft_wrap=True)
