"""What the terminal shows of an analysis: who, how much, how sure, who is slipping, and what was left out."""

from typing import Any

from rich.table import Table

import vinculo
from vinculo.cli import progress
from vinculo.foundation.language import Translate
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import names
from vinculo.warehouse.reading.report import ReadingReport

Row = dict[str, Any]
SLIPPING_SHOWN = 5


def facts(analysis: "vinculo.Analysis", *, kept: bool) -> dict[str, object]:
    """Return the summary as plain values, for `--json`; without a folder that is kept, `run` is null."""
    manifest = analysis.manifest
    return {
        "run": str(analysis.folder) if kept else None,
        "run_id": manifest["run_id"],
        "as_of": manifest["as_of"],
        "horizon_days": manifest["horizon_days"],
        "currency": manifest["currency"],
        "customer_equity": everybody(analysis, "customer_equity"),
        "concentration": everybody(analysis, "concentration"),
        "value_tiers": everybody(analysis, "tiers"),
        "relationship_areas": everybody(analysis, "areas"),
        "line_counts": analysis["line_counts"].to_pylist(),
        "model": manifest["model_card"]["chosen"],
        "assumptions": manifest["assumptions"],
        "warnings": manifest["warnings"],
        "tables": manifest["tables"],
    }


def everybody(analysis: "vinculo.Analysis", name: str) -> list[Row]:
    """Return the rows of a summary table that are on everybody; none when the run lacks it."""
    if name not in analysis.tables:
        return []
    return [row for row in analysis[name].to_pylist() if row["dimension"] == "all"]


def show(analysis: "vinculo.Analysis", language: str, *, kept: bool) -> None:
    """Print the summary of an analysis."""
    manifest = analysis.manifest
    reader = Reader(language, manifest["currency"])
    console = progress.CONSOLE
    console.print()
    console.print(
        reader.say(
            "[bold]What your customers are worth[/bold], as of {day}, looking {days} days ahead",
            day=reader.day(manifest["as_of"]),
            days=manifest["horizon_days"],
        )
    )
    console.print()
    for row in everybody(analysis, "customer_equity"):
        show_equity(row, reader)
    for row in everybody(analysis, "concentration"):
        if row["measure"] == "contribution":
            console.print(f"  {row['reading']}\n", markup=False)
    console.print(groups(everybody(analysis, "tiers"), "value_tier", reader.say("Value tier"), reader))
    console.print(groups(everybody(analysis, "areas"), "relationship_area", reader.say("Relationship area"), reader))
    show_slipping(everybody(analysis, "slipping"), reader)
    show_lines(analysis["line_counts"].to_pylist(), reader)
    show_words(reader.say("The forecast"), [manifest["model_card"]["chosen"]["reason"]])
    show_words(reader.say("Assumed, not in your data"), manifest["assumptions"])
    show_words(reader.say("Warnings"), manifest["warnings"])
    if not kept:
        console.print(reader.say("Nothing was written: name a folder with --out to keep the tables and the report."))
        return
    report = analysis.folder / vinculo.REPORT
    console.print(reader.say("Tables: {folder}", folder=analysis.folder), soft_wrap=True, markup=False)
    if report.is_file():
        console.print(reader.say("Report: {address}", address=report.resolve().as_uri()), soft_wrap=True, markup=False)


def show_equity(row: Row, reader: Reader) -> None:
    """Print the three figures that are never confused."""
    lines = [
        (reader.say("Customers"), reader.number(row["customers"])),
        (reader.say("Past profit"), reader.money(row["past_profit_minor"])),
        (reader.say("Residual value"), reader.money(row["equity_minor"])),
        (reader.say("Total value"), reader.money(row["total_value_minor"])),
        (reader.say("Expected to buy in the horizon"), reader.number(row["expected_buyers"])),
    ]
    width = max(len(label) for label, _ in lines)
    for label, figure in lines:
        progress.CONSOLE.print(f"  {label:<{width}}  {figure:>16}")
    progress.CONSOLE.print()


def groups(rows: list[Row], code: str, heading: str, reader: Reader) -> Table:
    """Return the table of tiers or areas."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column(heading, min_width=17, no_wrap=True)
    for words in ("Customers", "Share", "Past profit", "Residual value", "Mean P(buys)"):
        table.add_column(reader.say(words), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            names.of(reader, row[code]),
            reader.number(row["customers"]),
            reader.share(row["share"]),
            reader.money(row["contribution_minor"]),
            reader.money(row["residual_value_minor"]),
            reader.share(row["mean_p_buys"]),
        )
    table.add_row()
    return table


def show_slipping(rows: list[Row], reader: Reader) -> None:
    """Print who is slipping away, the most at risk first."""
    slipping = [row for row in rows if row["state"] == "slipping"][:SLIPPING_SHOWN]
    if slipping:
        progress.CONSOLE.print(f"[bold]{reader.say('Slipping away')}[/bold]")
        for row in slipping:
            progress.CONSOLE.print(f"  {row['customer_id']}: {row['reason']}", markup=False)
        progress.CONSOLE.print()


def show_lines(rows: list[Row], reader: Reader) -> None:
    """Print how every line of the source was treated."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column(reader.say("Lines of the source"), min_width=17)
    table.add_column(reader.number(sum(row["lines"] for row in rows)), justify="right")
    table.add_column("")
    for row in rows:
        table.add_row(names.of(reader, row["line_kind"]), reader.number(row["lines"]), row["treatment"])
    progress.CONSOLE.print(table)
    progress.CONSOLE.print()


def show_words(heading: str, sentences: list[str]) -> None:
    """Print sentences under a heading."""
    if sentences:
        progress.CONSOLE.print(f"[bold]{heading}[/bold]")
        for sentence in sentences:
            progress.CONSOLE.print(f"  {sentence}", markup=False)
        progress.CONSOLE.print()


def show_mapping(report: ReadingReport, translate: Translate) -> None:
    """Print how the columns of a source would be read."""
    table = Table(title=report.source, title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    for words in ("Target", "Column", "Confidence", "Why"):
        table.add_column(translate(words))
    for column in report.mapping:
        table.add_row(column.target, column.column, f"{column.confidence:.0%}", column.why)
    progress.CONSOLE.print(table)
    show_words(translate("Warnings"), list(report.warnings))
    progress.CONSOLE.print(translate("Change it with --map TARGET=COLUMN."))
