"""`vinculo ledger`: prove the ledger of points, and let time pass in it."""

from typing import Annotated

import typer

from vinculo.cli import progress
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start

app = typer.Typer(help="The ledger of points: prove it, and let time pass in it.", no_args_is_help=True)
Code = Annotated[str, typer.Option("--program", help="Code of the programme; all of them without it.")]
Json = Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")]


@app.command("verify")
@start.installed
def verify(program: Code = "", as_json: Json = False) -> None:
    """Work everything out again from the journal; end with 1 where one point differs, and name it."""
    start.store()
    from vinculo.programs.records.ledger import chains
    from vinculo.programs.records.ledger import verify as ledger

    found = {code: ledger.verify(number) for code, number in chosen(program)}
    if as_json:
        progress.CONSOLE.print_json(data={code: [vars(each) for each in rows] for code, rows in found.items()})
    else:
        for code, rows in found.items():
            for each in rows:
                progress.CONSOLE.print(f"{code}: {start.told(each.said())}", markup=False, soft_wrap=True)
            if not rows:
                say("{program}: everything is as the journal says.", program=code)
        for code, number in chosen(program):
            waiting = chains.unsealed(number)
            if waiting:
                say(
                    "{program}: {postings:,} postings wait to be sealed, which happens every minute.",
                    program=code,
                    postings=waiting,
                )
    if any(found.values()):
        raise typer.Exit(1)


@app.command("sweep")
@start.installed
def sweep(program: Code = "", as_json: Json = False) -> None:
    """Release what was pending until now, give up what was not confirmed in time, expire what is over."""
    start.store()
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.programs.records.ledger import sweeps
    from vinculo.programs.records.models import Program

    now = timezone.now()
    done: dict[str, dict[str, int]] = {}
    with actor.acting(start.person()):
        for code, number in chosen(program):
            day = now.astimezone(ZoneInfo(Program.objects.get(pk=number).zone)).date()
            released = sweeps.release(number, now)
            done[code] = {"resolved": released, "expired": sweeps.expire(number, day, now)}
    if as_json:
        progress.CONSOLE.print_json(data=done)
        return
    for code, facts in done.items():
        say("{program}: {resolved:,} postings resolved, {expired:,} points expired.", program=code, **facts)


def chosen(code: str) -> list[tuple[str, int]]:
    """Return the programmes that are meant, by code and number."""
    from vinculo.programs.records.models import Program

    found = Program.objects.order_by("pk").values_list("code", "pk")
    if code and not found.filter(code=code).exists():
        raise InputError(
            "There is no programme {program!r}: choose one of {choices}.",
            program=code,
            choices=", ".join(each for each, _number in found),
        )
    return list(found.filter(code=code) if code else found)


def say(sentence: str, **facts: object) -> None:
    """Say a sentence in the language of the terminal."""
    progress.CONSOLE.print(start.say(sentence, **facts), markup=False, soft_wrap=True)
