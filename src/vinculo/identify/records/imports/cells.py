"""Cells of files that are given out: what a spreadsheet would run is only shown."""

import re

_NUMBER = re.compile(r"[-+]?[\d.,' ]*\d[ %€$£]*")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers.

    >>> harmless("=HYPERLINK(1)"), harmless("-5,00"), harmless("Ana")
    ("'=HYPERLINK(1)", '-5,00', 'Ana')
    """
    dangerous = cell.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if dangerous and not _NUMBER.fullmatch(cell) else cell
