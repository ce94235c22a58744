"""`vinculo match`: which records are one customer, over the whole base."""

from typing import Annotated

import typer

from vinculo.cli import complaints, progress
from vinculo.foundation import language as languages
from vinculo.project.commands import start

REPORT = (
    "Matching {number}: of {records:,} records, {merges:,} merges would leave {customers_fewer:,} customers fewer; "
    "{separations:,} records would be separated; the largest customer has {largest:,} records; "
    "{to_decide:,} pairs are for people to decide."
)


def match(
    language: Annotated[str | None, typer.Option(help="Language of its sentences: en or es.")] = None,
    publish: Annotated[bool, typer.Option(help="Put it in force; each merge can be taken back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,
) -> None:
    """Find the records that are the same person or company, and say what would change."""
    import os

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
