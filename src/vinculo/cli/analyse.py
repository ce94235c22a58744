"""`vinculo analyse`: from a file of orders to what every customer is worth."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

import vinculo
from vinculo.cli import complaints, options, progress, summary
from vinculo.differentiate.settings import Settings
from vinculo.foundation import language as languages
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.reading.options import ReadingOptions

READING, MONEY, FORECAST, OUTPUT = "Reading the file", "Money", "Forecast", "Output"


def analyse(
    source: Annotated[
        Path, typer.Argument(help="CSV, XLSX or Parquet file of order lines, gzipped or not; or a folder.")
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for the run: manifest, tables and report.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day that is known; by default the data's last.")
    ] = None,
    horizon_days: Annotated[int | None, typer.Option(help="Days the forecast looks ahead (365).")] = None,
    by: Annotated[
        list[str], typer.Option(help="Cut every table by country, channel, segment, dominant_category or cohort.")
    ] = [],  # noqa: B006 - typer reads the default and hands over a new list
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="TOML file of settings: costs, RFMT, tiers, models.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or es.")] = None,
    report: Annotated[bool, typer.Option(help="Write the HTML report.", rich_help_panel=OUTPUT)] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.", rich_help_panel=OUTPUT)] = False,
    show_mapping: Annotated[
        bool, typer.Option(help="Show how the columns would be read, and stop.", rich_help_panel=READING)
    ] = False,
    mapping: Annotated[
        list[str], typer.Option("--map", help="TARGET=COLUMN, as customer_id='Client no.'.", rich_help_panel=READING)
    ] = [],  # noqa: B006
    date_order: Annotated[str, typer.Option(help="dmy, mdy or ymd.", rich_help_panel=READING)] = "",
    decimal: Annotated[str, typer.Option(help="Decimal mark: , or .", rich_help_panel=READING)] = "",
    encoding: Annotated[str, typer.Option(help="As cp850, when guessing fails.", rich_help_panel=READING)] = "",
    delimiter: Annotated[str, typer.Option(help="Between cells: ; , or another.", rich_help_panel=READING)] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook.", rich_help_panel=READING)] = "",
    currency: Annotated[str, typer.Option(help="Currency of the run, as EUR.", rich_help_panel=MONEY)] = "",
    only_currency: Annotated[
        bool, typer.Option("--only-currency", help="Set lines in other currencies aside.", rich_help_panel=MONEY)
    ] = False,
    rate: Annotated[
        list[str], typer.Option(help="CURRENCY=RATE to convert by, as USD=0.85.", rich_help_panel=MONEY)
    ] = [],  # noqa: B006
    discount_rate: Annotated[float | None, typer.Option(help="A year (0.15).", rich_help_panel=MONEY)] = None,
    margin: Annotated[
        float | None, typer.Option(help="Margin assumed where costs are unknown (0.40).", rich_help_panel=MONEY)
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option(help="File of actual costs: customer_id, kind, happened_on, cost.", rich_help_panel=MONEY),
    ] = None,
    fit_by: Annotated[
        str | None, typer.Option(help="Fit models by country, channel, segment or cohort.", rich_help_panel=FORECAST)
    ] = None,
    contract_days: Annotated[
        float | None,
        typer.Option(
            help="Customers have contracts of so many days (30.44, 365.25): fit who renews.",
            rich_help_panel=FORECAST,
        ),
    ] = None,
    memory: Annotated[str, typer.Option(help="Memory for the engine.", rich_help_panel=OUTPUT)] = "4GB",
) -> None:
    """Work out who the customers are, what each is worth today and tomorrow, and who is slipping away."""
    settings = options.settings_from(
        settings_file,
        terminal=complaints.terminal(os.environ),
        as_of=options.day(as_of, option="--as-of"),
        horizon_days=horizon_days,
        by=tuple(by) or None,
        language=language,
        currency=currency.upper() or None,
        discount_rate_annual=discount_rate,
    )
    settings = refined(settings, margin=margin, fit_by=fit_by, contract_days=contract_days)
    translate = languages.translator(settings.language)
    reading = ReadingOptions(
        mapping=options.pairs(mapping, option="--map"),
        date_order=date_order,
        decimal=decimal,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        currency=currency.upper(),
        only_currency=only_currency,
        rates=rates(rate),
        language=settings.language,
    )
    if show_mapping:
        summary.show_mapping(vinculo.preview(source, reading=reading), translate)
        return
    with progress.steps(translate) as step:
        analysis = vinculo.analyse(
            source,
            out=out,
            settings=settings,
            reading=reading,
            costs=costs,
            memory=memory,
            report=report and out is not None,
            progress=step,
        )
    if as_json:
        progress.CONSOLE.print_json(json.dumps(summary.facts(analysis, kept=out is not None), default=str))
    else:
        summary.show(analysis, settings.language, kept=out is not None)


def rates(given: list[str]) -> dict[str, float]:
    """Read exchange rates written CURRENCY=RATE."""
    found: dict[str, float] = {}
    for code, text in options.pairs(given, option="--rate").items():
        try:
            found[code.upper()] = float(text)
        except ValueError:
            raise SettingsError(
                "--rate {currency}={found}: the rate must be a number such as 0.85.", currency=code, found=text
            ) from None
    return found


def refined(
    settings: Settings, *, margin: float | None, fit_by: str | None, contract_days: float | None = None
) -> Settings:
    """Return the settings with the options that lie within a group."""
    if margin is not None:
        settings = replace(settings, costs=replace(settings.costs, margin_share=margin))
    if fit_by is not None:
        settings = replace(settings, lifetime=replace(settings.lifetime, fit_by=fit_by))
    if contract_days is not None:
        settings = replace(settings, lifetime=replace(settings.lifetime, contract_days=contract_days))
    return settings
