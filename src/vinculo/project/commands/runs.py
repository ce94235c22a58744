"""`vinculo run` and `vinculo land`: from the orders in the store to values that everybody sees."""

from typing import Annotated, Any

import typer

from vinculo.cli import complaints, options, progress
from vinculo.foundation import language as languages
from vinculo.project.commands import start


def run(
    as_of: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Last day that is known; by default the orders' last."),
    ] = None,
    horizon_days: Annotated[int | None, typer.Option(help="Days the forecast looks ahead (365).")] = None,
    margin: Annotated[float | None, typer.Option(help="Margin assumed where costs are unknown (0.40).")] = None,
    language: Annotated[str | None, typer.Option(help="Language of its sentences: en or es.")] = None,
    publish: Annotated[bool, typer.Option(help="Make it the run that everybody sees.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,
) -> None:
    """Work out what the customers in the store are worth, and keep it as a run."""
    import os

    day = options.day(as_of, option="--as-of")
    spoken = language or complaints.terminal(os.environ)
    translate = languages.translator(spoken)
    start.store()
    from django.utils import timezone

    from vinculo.differentiate.records import services, work
    from vinculo.foundation import actor

    chosen: dict[str, Any] = {"horizon_days": horizon_days, "language": spoken}
    if margin is not None:
        chosen["costs"] = {"margin_share": margin}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    with actor.acting(start.person()), progress.steps(translate) as step:
        asked = services.run_start(now=timezone.now(), as_of=day, settings=chosen, publish=publish)
        done = work.run_wait(run_id=asked.pk, clock=timezone.now, progress=step)
    if as_json:
        facts = {"run": done.pk, "folder": done.folder, "as_of": done.as_of, "published": publish, **done.counts}
        progress.CONSOLE.print_json(data={**facts, "as_of": done.as_of.isoformat()})
        return
    said = translate("Run {run}, as of {day}: {customers:,} customers from {lines:,} order lines.")
    progress.CONSOLE.print(said.format(run=done.pk, day=done.as_of, **done.counts))
    if not publish:
        progress.CONSOLE.print(translate("Nobody sees it yet: publish it on the page of runs."))


def land(
    as_json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,
) -> None:
    """Bring the order lines in the warehouse up to date with the store; every run does so by itself."""
    import os

    translate = languages.translator(complaints.terminal(os.environ))
    start.store()
    from vinculo.differentiate.records import landed

    with progress.bar(translate("Fetching the order lines")) as share:
        found = landed.lines_land(progress=share)
    if as_json:
        progress.CONSOLE.print_json(data={"lines": found.lines, "lines_read": found.lines_read})
        return
    said = translate("{lines:,} order lines are in the warehouse, {read:,} of them read now.")
    progress.CONSOLE.print(said.format(lines=found.lines, read=found.lines_read))
