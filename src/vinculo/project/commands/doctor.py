"""`vinculo doctor`: is the platform well, and what to do where it is not."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from vinculo.cli import progress
from vinculo.project.commands import start

if TYPE_CHECKING:
    from vinculo.project.operation.diagnosis import Finding

MARKS = {"well": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "fault": "[red]✗[/red]"}


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Leave out what reads every order line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at database, disk, mail, queue and versions; exit 1 when something must be done."""
    start.django()
    from vinculo.project.operation import diagnosis

    found = list(diagnosis.findings(now=datetime.now(UTC), quick=quick))
    if as_json:
        progress.CONSOLE.print_json(data=[plain(each) for each in found])
    else:
        show(found)
    if any(each.state == diagnosis.FAULT for each in found):
        raise typer.Exit(1)


def plain(finding: "Finding") -> dict[str, str]:
    """Return a finding as a program reads it."""
    remedy = start.told(finding.remedy) if finding.remedy else ""
    return {
        "subject": start.told(finding.subject),
        "state": finding.state,
        "says": start.told(finding.says),
        "remedy": remedy,
    }


def show(found: "list[Finding]") -> None:
    """Print the findings, each remedy below its fault."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _column in range(3):
        table.add_column()
    for each in found:
        words = plain(each)
        table.add_row(MARKS[each.state], words["subject"], words["says"])
        if words["remedy"]:
            table.add_row("", "", f"→ {words['remedy']}")
    progress.CONSOLE.print(table)
