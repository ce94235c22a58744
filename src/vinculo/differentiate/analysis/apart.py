"""Apart: the analysis in a process of its own, so that it can be stopped at any moment and gives its memory back."""

import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from vinculo.differentiate.analysis import run as runner
from vinculo.differentiate.settings import Settings
from vinculo.foundation import language
from vinculo.foundation.errors import RunError, VinculoError
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse import runs
from vinculo.warehouse.reading.options import ReadingOptions

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
"""How often whoever waits is asked whether to go on."""


@dataclass(frozen=True)
class Asked:
    """What is to be analysed, in values that can be handed to another process; see `run.Order`."""

    source: Path
    target: Path
    settings: Settings
    reading: ReadingOptions
    now: datetime
    costs: Path | None = None
    memory: str = "4GB"


def make(asked: Asked, *, progress: Callable[[str, float], None], look: Callable[[], None]) -> runs.Run:
    """Analyse in a child process and put the run in place.

    Parameters
    ----------
    asked
        What is to be analysed.
    progress
        Called with the words of each step and the share done.
    look
        Called twice a second; what it raises stops the analysis, which then leaves nothing in place.

    Raises
    ------
    RunError
        The analysis failed, or its process was killed; the sentence says why.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=work, args=(there, asked), daemon=True)
    child.start()
    there.close()
    try:
        ended = listened(here, progress, look)
    finally:
        # Closing tells a child that still works to end at once.
        here.close()
        child.join(LOOK_SECONDS)
        if child.is_alive():
            child.kill()
            child.join()
        runs.clear_leftovers(asked.target)
    if ended is None:
        raise RunError(
            "The process of the analysis was killed (exit {exit}); most often it needed more memory than there is.",
            exit=child.exitcode,
        )
    failure, trace = ended
    if trace:
        LOG.error("The analysis stopped at a fault of the program:\n%s", trace)
    if failure:
        raise RunError("{reason}", reason=failure)
    return runs.read(asked.target)


def listened(here: Connection, progress: Callable[[str, float], None], look: Callable[[], None]) -> Any:
    """Pass on what the child says until it has said its last word; none when it dies before."""
    while True:
        look()
        if not here.poll(LOOK_SECONDS):
            continue
        try:
            words, share, last = here.recv()
        except EOFError:
            return None
        if last:
            return words, share
        progress(words, share)


def work(there: Connection, asked: Asked) -> None:
    """Analyse, in the child; say how far it is, and at last how it ended."""
    threading.Thread(target=end_with_parent, args=(there,), daemon=True).start()
    order = runner.Order(**vars(asked), progress=lambda words, share: there.send((words, share, False)))
    translate = language.translator(asked.settings.language)
    try:
        runner.make(order)
        there.send(("", "", True))
    except VinculoError as error:
        there.send((error.say(translate), "", True))
    except Exception:  # noqa: BLE001 - the parent says it
        said = Phrase("The analysis stopped at a fault of the program; the log has it.").say(translate)
        there.send((said, traceback.format_exc(), True))


def end_with_parent(there: Connection) -> None:
    """End this process when nobody listens any more: the parent stopped waiting, or died."""
    try:
        there.recv()
    except (EOFError, OSError):
        os._exit(1)
