"""`vinculo compare`: who moved between two runs."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

import vinculo
from vinculo.cli import complaints, progress
from vinculo.foundation import language
from vinculo.foundation.errors import SettingsError
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import names

BY = {"segment": "rfmt_segment", "tier": "value_tier", "area": "relationship_area"}


def compare(
    earlier: Annotated[Path, typer.Argument(help="Folder of the earlier run.")],
    later: Annotated[Path, typer.Argument(help="Folder of the later run.")],
    by: Annotated[str, typer.Option(help="segment, tier or area.")] = "tier",
    words: Annotated[str | None, typer.Option("--language", help="en or es.")] = None,
) -> None:
    """Show how customers moved between two runs: rows are where they were, columns where they are."""
    if by not in BY:
        raise SettingsError(
            "There is no label {found!r} to compare --by: choose one of {choices}.", found=by, choices=tuple(BY)
        )
    words = words or complaints.terminal(os.environ)
    language.catalogue(words)
    moves = vinculo.compare(earlier, later).to_pylist()
    cells = {(row["label_from"], row["label_to"]): row["customers"] for row in moves if row["label"] == BY[by]}
    progress.CONSOLE.print(matrix(cells, Reader(words, "EUR")))


def matrix(cells: dict[tuple[str, str], int], reader: Reader) -> Table:
    """Return the table of who moved: customers by where from and where to."""
    origins, targets = (sorted({pair[side] for pair in cells}) for side in (0, 1))
    table = Table(title=reader.say("Customers who moved"), title_justify="left")
    table.add_column("")
    for target in targets:
        table.add_column(names.of(reader, target), justify="right")
    for origin in origins:
        figures = [cells.get((origin, target), 0) for target in targets]
        table.add_row(names.of(reader, origin), *[reader.number(figure) if figure else "" for figure in figures])
    return table
