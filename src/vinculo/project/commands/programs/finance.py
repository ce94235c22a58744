"""`vinculo ledger report`, `close` and `closes`: what points are worth to the books, and periods that are over."""

import json
import os
from datetime import date
from typing import Annotated, Any

import typer

from vinculo.cli import complaints, progress
from vinculo.foundation import money
from vinculo.foundation.errors import InputError
from vinculo.foundation.periods import parse_day
from vinculo.project.commands import start
from vinculo.project.commands.programs.ledger import Code, Json, app, chosen, say

Day = Annotated[str, typer.Option("--until", help="The day before which it looks, such as 2026-01-01; today without.")]
Since = Annotated[str, typer.Option("--since", help="First day of the period; the first of January without.")]

HOLDS = "{program}, closed period {number}: it is as it was closed."
CHANGED = "{program}, closed period {number}: it has changed."


@app.command("report")
@start.installed
def report(program: Code = "", since: Since = "", until: Day = "", as_json: Json = False) -> None:
    """Tell the roll-forward, what is owed and the control totals; end with 1 where totals do not agree."""
    start.store()
    from django.utils import timezone

    from vinculo.programs.records.finance import control, extracts, owing, selectors

    end = day(until) if until else timezone.localdate()
    begin = day(since) if since else date(end.year, 1, 1)
    found: dict[str, dict[str, Any]] = {
        code: {
            "rollforward": selectors.rollforward(program_id=number, since=begin, until=end),
            "liability": owing.liability(program_id=number, until=end),
            "control": control.control_totals(program_id=number),
        }
        for code, number in chosen(program)
    }
    if as_json:
        progress.CONSOLE.print_json(json.dumps(found, default=extracts.plain))
    else:
        for reports in found.values():
            tell(reports)
    if not all(each["control"].clean for each in found.values()):
        raise typer.Exit(1)


def tell(reports: dict[str, Any]) -> None:
    """Say what was reported of one programme."""
    for rolled, owed in zip(reports["rollforward"], reports["liability"], strict=True):
        roll, head = rolled.roll, rolled.head
        minor = owed.contract_minor + owed.accrued_minor
        say(
            "{program}, {unit}: {opening:,} points at first, {closing:,} at last, {amount} owed for them.",
            program=head.program,
            unit=head.unit_name,
            opening=roll.opening,
            closing=roll.closing,
            amount=money.words(minor, head.currency, complaints.terminal(os.environ)),
        )
    if not reports["control"].clean:
        for each in reports["control"].exceptions:
            progress.CONSOLE.print(start.told(each.said()), markup=False, soft_wrap=True)


@app.command("close")
@start.installed
def close(
    program: Annotated[str, typer.Option("--program", help="Code of the programme.")],
    last_day: Annotated[str, typer.Option("--last-day", help="Last day of the period, such as 2025-12-31.")],
) -> None:
    """Close a period for good: its extract is kept in the home, and what comes late belongs to the next one."""
    start.store()
    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.programs.records.finance import closing

    ((code, number),) = chosen(program)
    with actor.acting(start.person()):
        made = closing.period_close(
            program_id=number, last_day=day(last_day), author=start.person(), now=timezone.now()
        )
    say(
        "{program}: closed up to {day}, {movements:,} movements, SHA-256 {digest}.",
        program=code,
        day=made.last_day,
        movements=made.postings,
        digest=made.movements_sha256,
    )


@app.command("closes")
@start.installed
def closes(program: Code = "", as_json: Json = False) -> None:
    """Verify every closed period, its files and what the journal says of it; end with 1 where one has changed."""
    start.store()
    from vinculo.programs.records.finance import closing

    found = {code: closing.closes_verify(program_id=number) for code, number in chosen(program)}
    if as_json:
        progress.CONSOLE.print_json(json.dumps({code: [vars(each) for each in rows] for code, rows in found.items()}))
    else:
        for code, rows in found.items():
            for each in rows:
                if each.holds:
                    say(
                        "{program}, closed period {number}: it is as it was closed.", program=code, number=each.close_id
                    )
                else:
                    say("{program}, closed period {number}: it has changed.", program=code, number=each.close_id)
    if not all(each.holds for rows in found.values() for each in rows):
        raise typer.Exit(1)


def day(text: str) -> date:
    """Read a day."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise InputError("{text!r} is no day: write it as 2025-12-31.", text=text) from error
