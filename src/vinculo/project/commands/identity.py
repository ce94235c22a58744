"""Commands of the common base: match it, read its events again, say how good its data are."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vinculo.cli import complaints, progress
from vinculo.foundation import language as languages
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start

if TYPE_CHECKING:
    from vinculo.identify.records.quality.selectors import Line, Overview

REPORT = (
    "Matching {number}: of {records:,} records, {merges:,} merges would leave {customers_fewer:,} customers fewer; "
    "{separations:,} records would be separated; the largest customer has {largest:,} records; "
    "{to_decide:,} pairs are for people to decide."
)
HEADS = ("new", "gone", "changed")
MISSED = 3
"""Exit code where something is not as it should be; 1 and 2 are those of every command."""
WORDS = {
    "complete": "Complete",
    "valid": "Valid",
    "sure": "Certain",
    "unique": "Unique",
    "fresh": "Fresh",
    "consistent": "Consistent",
}
NOTHING = "\u2013"
LIFE = "Days"
SCORE = "Score"
DUPLICATES = "About {rate:.1%} of the customers are there twice: between {low:.1%} and {high:.1%}."


def match(
    language: Annotated[str | None, typer.Option(help="Language of its sentences: en or es.")] = None,
    publish: Annotated[bool, typer.Option(help="Put it in force; each merge can be taken back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,
) -> None:
    """Find the records that are the same person or company, and say what would change."""
    translate = languages.translator(language or complaints.terminal(os.environ))
    start.store()
    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.identify.records.matching import publishing, services

    with actor.acting(start.person()), progress.steps(translate) as step:
        asked = services.matching_ask(now=timezone.now())
        done = services.matching_make(matching_id=asked.pk, clock=timezone.now, progress=step)
        published = publishing.matching_publish(matching_id=done.pk, now=timezone.now()) if publish else {}
    if as_json:
        progress.CONSOLE.print_json(data={"matching": done.pk, **done.counts, "published": published})
        return
    progress.CONSOLE.print(translate(REPORT).format(number=done.pk, **done.counts))
    if publish:
        said = translate("It is in force: {merges:,} merges, {left_out:,} left out because somebody said otherwise.")
        progress.CONSOLE.print(said.format(**published))
    else:
        progress.CONSOLE.print(translate("Nothing has changed yet: publish it on the page “Who is who”."))


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
        differences(told, translate, dry_run=dry_run)


def differences(told: dict[str, dict[str, int]], translate: languages.Translate, *, dry_run: bool) -> None:
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


def quality(
    measure: Annotated[bool, typer.Option(help="Measure now; without it, show what was measured last.")] = True,
    source: Annotated[str, typer.Option(help="Code of a source; else the whole base.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say how good the data on customers are, worst first; ends with code 3 where a threshold is not met."""
    start.store()
    from django.utils import timezone

    from vinculo.identify.records.models import Source
    from vinculo.identify.records.quality import measuring, selectors

    if source and not Source.objects.filter(code=source).exists():
        raise InputError("There is no source {found!r}.", found=source)
    if measure:
        measuring.measure(now=timezone.now())
    found = selectors.overview()
    mine = [each for each in found.lines if (each.source.code if each.source else "") == source]
    missed = [each for each in found.broken if not source or each in mine]
    if as_json:
        progress.CONSOLE.print_json(data=plain(found, [*mine, *(each for each in missed if each not in mine)]))
    else:
        show(found, mine, missed)
    if missed:
        raise typer.Exit(MISSED)


def show(found: "Overview", mine: "list[Line]", missed: "list[Line]") -> None:
    """Print the lines, the duplicates, and what is not as it should be, of whatever source."""
    if found.day is None:
        progress.CONSOLE.print(start.say("Nothing has been measured yet: leave --no-measure out."))
        return
    table = Table(box=None, pad_edge=False)
    # All lines are of one source: its name heads them.
    table.add_column(of_source(mine[0]) if mine else "")
    for word in (SCORE, *WORDS.values(), LIFE):
        table.add_column(start.say(word), justify="right")
    for each in mine:
        shares = [share(measured.share if measured else None) for _name, measured in each.cells]
        table.add_row(
            named(each),
            share(each.score.score),
            *shares,
            NOTHING if each.days is None else f"{each.days:,}",
        )
    progress.CONSOLE.print(table)
    if found.duplicates is not None:
        rates = found.duplicates.details
        said = start.say(DUPLICATES, rate=rates["rate"], low=rates["rate_low"], high=rates["rate_high"])
        progress.CONSOLE.print(said, markup=False, soft_wrap=True)
    for each in missed:
        for one in each.broken:
            progress.CONSOLE.print(f"! {of_source(each)}: {start.told(one.sentence)}", markup=False, soft_wrap=True)


def of_source(line: "Line") -> str:
    """Return what a source is called, in the language of the terminal."""
    return str(line.source or start.say("Whole base"))


def named(line: "Line") -> str:
    """Return what the values of a field are called, in the language of the terminal."""
    from vinculo.identify.quality.thresholds import NAMES

    return start.told(NAMES[line.score.field])


def share(value: float | None) -> str:
    """Write a share in whole per cent: nothing is all that lacks something."""
    return NOTHING if value is None else f"{min(0.99, value) if value < 1 else value:.0%}"


def plain(found: "Overview", mine: "list[Line]") -> dict[str, Any]:
    """Return what was measured as other programs read it."""
    return {
        "day": found.day.isoformat() if found.day else None,
        "customers": found.customers,
        "duplicates": found.duplicates.details if found.duplicates else None,
        "fields": [
            {
                "source": each.source.code if each.source else None,
                "field": each.score.field,
                "customers": each.score.customers,
                "score": each.score.score,
                "shelf_life_days": each.days,
                "measures": {
                    name: {"share": one.share, "of": one.of, "failing": dict(one.kinds)}
                    for name, one in each.score.measures.items()
                },
                "not_met": [str(one.sentence) for one in each.broken],
            }
            for each in mine
        ],
    }
