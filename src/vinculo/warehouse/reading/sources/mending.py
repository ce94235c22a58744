"""Mending: a quote that nobody closed must not swallow the lines that follow it.

Only for files in which the engine met such a quote. A line that opens a cell and never closes it properly is set aside
alone; what follows is read as if it had not been there. A cell that holds line ends and is closed stays as it is.
"""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

MARK = "\x1e"
"""Begins a line set aside, before its place among them; no such line fits the table, so the engine lists it."""
AHEAD = 1_000
"""Lines looked at for the quote that closes a cell."""
SHOWN = 10_000
"""Characters kept of a line that is set aside."""


def mend(path: Path, target: Path, *, delimiter: str, width: int) -> list[str]:
    """Copy a text with its misquoted lines replaced by their mark; return these lines as they were."""
    found: list[str] = []
    with path.open(encoding="utf-8", newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
        for record, sound in records(source, delimiter, width):
            if sound:
                sink.write(record)
                continue
            line = record.rstrip("\r\n")
            sink.write(f"{MARK}{len(found)}" + f"{delimiter}{MARK}" * width + record[len(line) :])
            found.append(line[:SHOWN])
    return found


def misquoted(head: str, *, delimiter: str, width: int, whole: bool) -> bool:
    """Tell whether some line of the beginning of a text is misquoted; `whole` when it is all there is."""
    lines = iter(head.splitlines(keepends=True))
    return '"' in head and any(not sound for _, sound in records(lines, delimiter, width, whole=whole))


def records(lines: Iterator[str], delimiter: str, width: int, *, whole: bool = True) -> Iterator[tuple[str, bool]]:
    r"""Yield the records of a text and whether their quotes are sound; of one that is not, its first line.

    >>> list(records(iter(['a;"b\n', 'c"\n', 'd;"e\n', 'f;g\n']), ";", 2))
    [('a;"b\nc"\n', True), ('d;"e\n', False), ('f;g\n', True)]
    """
    ahead: deque[str] = deque()
    while (first := ahead.popleft() if ahead else next(lines, None)) is not None:
        if '"' not in first:
            yield first, True
            continue
        taken, state = [first], closed(first, delimiter, width)
        while state is None and len(taken) <= AHEAD:
            more = ahead.popleft() if ahead else next(lines, None)
            if more is None:
                break
            taken.append(more)
            if '"' in more:
                state = closed("".join(taken), delimiter, width)
        unfinished = state is None and not whole and not ahead and len(taken) <= AHEAD
        if state or unfinished:
            yield "".join(taken), True
        else:
            yield first, False
            ahead.extendleft(reversed(taken[1:]))


def closed(record: str, delimiter: str, width: int) -> bool | None:
    r"""Tell whether the quotes of a record are sound; None while a cell is still open.

    >>> [closed(line, ";", 3) for line in ('1;"a";b\n', '1;"a" x;b\n', '1;"a\n', '1;a "x" b;c\n')]
    [True, False, None, True]
    """
    mark = re.escape(delimiter)
    text = record.rstrip("\r\n")
    place, cells = 0, 0
    while True:
        cells += 1
        if text.startswith('"', place):
            cell = re.compile(r'"(?:[^"]|"")*+"').match(text, place)
            if cell is None:
                return None
            place = cell.end()
            if place < len(text) and text[place] != delimiter:
                return False
        else:
            plain = re.compile(f"[^{mark}]*").match(text, place)
            place = plain.end() if plain else place
        if place >= len(text):
            # One line may be too short or too long, and is said to be; several are one record only when they fit.
            return cells == width or "\n" not in text
        place += 1
