"""`vinculo rederive`: what events add up to worked out again from nothing, after a rule was mended."""

import os
from typing import Annotated

import typer
from rich.table import Table

from vinculo.cli import complaints, progress
from vinculo.foundation import language as languages
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start

HEADS = ("new", "gone", "changed")


def rederive(
    source: Annotated[str, typer.Argument(help="Code of the source whose events are read again; else all.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would differ; change nothing.")] = False,
    language: Annotated[str | None, typer.Option(help="Language of its sentences: en or es.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what differs as JSON.")] = False,
) -> None:
    """Read the events that are kept again, and bring customers, orders, roles and leads in line with them."""
    translate = languages.translator(language or complaints.terminal(os.environ))
    start.store()
    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.identify.records.events import replay, selectors

    senders = [each for each in selectors.sender_list() if source in ("", each.source.code)]
    if source and not senders:
        raise InputError("No source {source} sends events.", source=source)
    for sender in senders:
        with actor.acting(start.person()), progress.steps(translate) as step:
            found = replay.events_rederive(
                source_id=sender.source_id, now=timezone.now(), dry_run=dry_run, progress=step
            )
        code = sender.source.code
        told = {name: {head: getattr(each, head) for head in HEADS} for name, each in found.differences.items()}
        if as_json:
            progress.CONSOLE.print_json(
                data={"source": code, "events": found.events, "dry_run": dry_run, "differences": told}
            )
            continue
        words = translate("{source}: {events:,} events read again.")
        progress.CONSOLE.print(words.format(source=code, events=found.events), markup=False)
        shown(told, translate, dry_run=dry_run)


def shown(told: dict[str, dict[str, int]], translate: languages.Translate, *, dry_run: bool) -> None:
    """Print what differs."""
    differing = {name: counts for name, counts in told.items() if any(counts.values())}
    if not differing:
        progress.CONSOLE.print(translate("Nothing differs."))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for head in HEADS:
        table.add_column(translate(head), justify="right")
    for name, counts in differing.items():
        table.add_row(translate(name.replace("_", " ")), *(f"{counts[head]:,}" for head in HEADS))
    progress.CONSOLE.print(table)
    if dry_run:
        progress.CONSOLE.print(translate("Nothing was changed: this was a dry run."))
