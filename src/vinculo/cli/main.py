"""The commands of `vinculo`."""

import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Annotated, NoReturn

import typer

import vinculo
from vinculo.cli import analyse, compare, complaints, progress, simulate
from vinculo.foundation import language
from vinculo.foundation.errors import DiskFullError, VinculoError
from vinculo.foundation.phrases import Phrase

STOPPED = 130
"""Exit code of a command that was interrupted from the keyboard."""

app = typer.Typer(
    name="vinculo",
    help="Relationship marketing: from a file of orders to what every customer is worth.",
    pretty_exceptions_enable=False,
)
app.command("analyse")(analyse.analyse)
app.command("compare")(compare.compare)
app.command("simulate")(simulate.simulate)
# The platform stands above this door, which cannot know it: it plugs its commands in.
for plugged in entry_points(group="vinculo.commands"):
    plugged.load()(app)


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    """Relationship marketing: from a file of orders to what every customer is worth."""
    if version:
        progress.CONSOLE.print(vinculo.__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        progress.CONSOLE.print(context.get_help(), markup=False)


def run(command: Callable[..., object] = app) -> None:
    """Run a command: exit 0 on success, 2 on bad input, 1 when the disk is full, each with one sentence."""
    try:
        code = command(standalone_mode=False)
    except VinculoError as error:
        stop(error, code=1 if isinstance(error, DiskFullError) else 2)
    except typer.TyperException as error:
        # Typer draws a box around a usage error; a script reads one line better.
        stop(complaints.usage(error.format_message()), code=error.exit_code)
    if code == STOPPED:
        stop(complaints.STOPPED, code=STOPPED)
    if code:
        sys.exit(int(str(code)))


def stop(reason: VinculoError | Phrase, *, code: int) -> NoReturn:
    """Leave with a sentence on standard error, in the language the command was asked in."""
    translate = language.translator(complaints.language(sys.argv[1:], os.environ))
    sys.stderr.write(f"vinculo: {' '.join(reason.say(translate).split())}\n")
    sys.exit(code)
