"""`vinculo quality`: how good what is known of customers is, worst first, with an exit code for schedules."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vinculo.cli import progress
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start

if TYPE_CHECKING:
    from vinculo.identify.records.quality.selectors import Line, Overview

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
HEAD = ("Source", "Field", "Score")
DUPLICATES = "About {rate:.1%} of the customers are there twice: between {low:.1%} and {high:.1%}."


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
    for place, word in enumerate((*HEAD, *WORDS.values())):
        table.add_column(start.say(word), justify="left" if place < 2 else "right")
    for each in mine:
        shares = [share(measured.share if measured else None) for _name, measured in each.cells]
        table.add_row(of_source(each), named(each), share(each.score.score), *shares)
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
                "measures": {
                    name: {"share": one.share, "of": one.of, "failing": dict(one.kinds)}
                    for name, one in each.score.measures.items()
                },
                "not_met": [str(one.sentence) for one in each.broken],
            }
            for each in mine
        ],
    }
