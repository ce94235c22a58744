"""Progress: one bar on standard error, and the console that everything is printed to."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

WIDTH = 110
"""Columns of what is written to a file or a pipe; a terminal has its own."""

CONSOLE = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
ERRORS = Console(stderr=True, highlight=False)


@contextmanager
def bar(words: str) -> Iterator[Callable[[float], None]]:
    """Show one bar; the block is given a function that takes the share done."""
    with shown() as display:
        task = display.add_task(words, total=1.0)
        yield lambda share: display.update(task, completed=share)


@contextmanager
def steps(translate: Callable[[str], str]) -> Iterator[Callable[[str, float], None]]:
    """Show one bar whose words change; the block is given a function of the step's name and the share of all done."""
    with shown() as display:
        task = display.add_task("", total=1.0)

        def report(words: str, share: float) -> None:
            display.update(task, description=translate(words), completed=share)

        yield report


def shown() -> Progress:
    """Return a progress display that stays silent when standard error is not a terminal."""
    return Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=ERRORS,
        transient=True,
        disable=not sys.stderr.isatty(),
    )
