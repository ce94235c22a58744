"""`vinculo members`, `vinculo balances`: those of another system let in, and ours written to a file."""

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vinculo.cli import progress
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start

if TYPE_CHECKING:
    from vinculo.programs.files.reading import Bad, Row
    from vinculo.programs.records.models import Program

members = typer.Typer(help="Members of a programme: let in from a file, written to one.", no_args_is_help=True)
balances = typer.Typer(help="Opening balances: let in from a file, written to one.", no_args_is_help=True)
LARGEST = 200_000_000
SHOWN, AMISS = 10, 3
"""Bad rows that are said; the exit code when there were any."""
File = Annotated[Path, typer.Argument(help="CSV in UTF-8; columns by their names, English or Spanish.")]
Code = Annotated[str, typer.Option("--program", help="Code of the programme; not needed where there is one.")]
Out = Annotated[Path, typer.Option(help="The CSV to write; a dash is the standard output.")]
Rejected = Annotated[Path | None, typer.Option(help="Write the bad rows with what is wrong to this CSV.")]
Json = Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")]


@members.command("import")
@start.installed
def members_import(file: File, program: Code = "", rejected: Rejected = None, as_json: Json = False) -> None:
    """Let the customers of a file join, by number, e-mail or phone; whoever is a member stays as he is."""
    start.store()
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.programs.records.files import members as files

    of = chosen(program)
    today = timezone.now().astimezone(ZoneInfo(of.zone)).date()
    rows = read(file, files.NEEDED)
    with actor.acting(start.person()), progress.bar(start.say("Members")) as share:
        done = files.members_import(program_id=of.pk, rows=rows, today=today, progress=share)
    sentence = "{rows:,} rows: {new:,} joined, {known:,} were members before, {rejected:,} rejected."
    told(asdict(done), done.bad, sentence, rejected, as_json=as_json)


@members.command("export")
@start.installed
def members_export(out: Out, program: Code = "") -> None:
    """Write the members of a programme."""
    start.store()
    from vinculo.programs.records.files import members as files

    write(out, files.members_export(program_id=chosen(program).pk))


@balances.command("import")
@start.installed
def balances_import(
    file: File,
    program: Code = "",
    name: Annotated[
        str, typer.Option(help="Name of this opening: the same file under it changes nothing.")
    ] = "opening",
    rejected: Rejected = None,
    as_json: Json = False,
) -> None:
    """Post the balances of a file as points of the class import, each with its last day."""
    start.store()
    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.programs.records.files import balances as files

    of, rows = chosen(program), read(file, files.NEEDED)
    with actor.acting(start.person()), progress.bar(start.say("Balances")) as share:
        done = files.balances_import(program=of, name=name[:60], rows=rows, now=timezone.now(), progress=share)
    sentence = "{rows:,} rows: {new:,} posted, {points:,} points; {known:,} were posted before, {rejected:,} rejected."
    told(asdict(done), done.bad, sentence, rejected, as_json=as_json)


@balances.command("export")
@start.installed
def balances_export(out: Out, program: Code = "") -> None:
    """Write what lies in the wallets of a programme, by its last day."""
    start.store()
    from vinculo.programs.records.files import balances as files

    write(out, files.balances_export(program_id=chosen(program).pk))


def chosen(code: str) -> "Program":
    """Return the programme that is meant."""
    from vinculo.programs.records.models import Program

    found = list(Program.objects.filter(code=code) if code else Program.objects.all())
    if len(found) == 1:
        return found[0]
    choices = ", ".join(Program.objects.order_by("pk").values_list("code", flat=True))
    if code:
        raise InputError("There is no programme {program!r}: choose one of {choices}.", program=code, choices=choices)
    raise InputError("Say which programme with --program: one of {choices}.", choices=choices or "-")


def read(file: Path, needed: Sequence[tuple[str, ...]]) -> "list[Row]":
    """Return the rows of a file."""
    from vinculo.programs.files import reading

    try:
        if file.stat().st_size > LARGEST:
            raise InputError("{path} is larger than {megabytes} MB.", path=str(file), megabytes=LARGEST // 1_000_000)
        return list(reading.rows(file.read_text("utf-8"), needed))
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise InputError("{path} cannot be read: {reason}.", path=str(file), reason=reason) from None
    except (UnicodeDecodeError, csv.Error):
        raise InputError("{path} is no delimited text in UTF-8.", path=str(file)) from None


def told(done: dict[str, Any], bad: "Sequence[Bad]", sentence: str, rejected: Path | None, *, as_json: bool) -> None:
    """Say what became of a file, and end with 3 where rows were rejected."""
    wrong = sorted(bad, key=lambda each: each.row)
    if rejected is not None:
        write(rejected, reasons(wrong), quiet=as_json)
    if as_json:
        progress.CONSOLE.print_json(data={**done, "bad": [asdict(each) for each in wrong], "rejected": len(wrong)})
    else:
        say(sentence, **{**done, "rejected": len(wrong)})
        for each in wrong[:SHOWN]:
            expected = start.say(each.expected)
            say(
                "Row {row}, {column}: found {found!r}; expected {expected}.",
                row=each.row,
                column=each.column,
                found=each.found,
                expected=expected,
            )
        if len(wrong) > SHOWN:
            say("{count:,} more: --rejected FILE.csv writes all of them.", count=len(wrong) - SHOWN)
    if wrong:
        raise typer.Exit(AMISS)


def reasons(bad: "Sequence[Bad]") -> Iterable[bytes]:
    """Yield bad rows with what is wrong, as delimited text."""
    from vinculo.programs.records.rewards.selectors import line

    yield line(["row number", "column", "found", "expected"])
    for each in bad:
        yield line([str(each.row), each.column, each.found, start.say(each.expected)])


def write(target: Path, pieces: Iterable[bytes], *, quiet: bool = False) -> None:
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
    if not quiet:
        say("Written to {file}.", file=str(target))


def say(sentence: str, **facts: object) -> None:
    """Say a sentence in the language of the terminal."""
    progress.CONSOLE.print(start.say(sentence, **facts), markup=False, soft_wrap=True)
