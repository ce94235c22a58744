"""Ahead: batches are read in one thread and used in another, a few apart, so that neither waits for the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue
from threading import Semaphore
from typing import TypeVar

import pyarrow as pa

AHEAD = 48
"""Batches that may wait: what comes while the orders are put together."""

Result = TypeVar("Result")


def used(batches: Iterator[pa.RecordBatch], use: Callable[[pa.Table | pa.RecordBatchReader], Result]) -> Result | None:
    """Use batches in another thread while this one reads them; None when there are none.

    A single batch is given as a table, whose rows a planner can count. Whichever side fails, the other ends.
    """
    first, second = next(batches, None), next(batches, None)
    if first is None:
        return None
    waiting: SimpleQueue[pa.RecordBatch | None] = SimpleQueue()
    room = Semaphore(AHEAD)

    def given() -> Iterator[pa.RecordBatch]:
        while (batch := waiting.get()) is not None:
            room.release()
            yield batch

    with ThreadPoolExecutor(1) as beside:
        if second is None:
            return beside.submit(use, pa.Table.from_batches([first])).result()
        using = beside.submit(use, pa.RecordBatchReader.from_batches(first.schema, given()))
        using.add_done_callback(lambda _: room.release())
        try:
            for batch in chain([first, second], batches):
                waiting.put(batch)
                room.acquire()
                if using.done():
                    break
        finally:
            waiting.put(None)
        return using.result()
