"""The run: reading, customer days, profit, forecast, value, summaries; published whole or not at all."""

import tempfile
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from threadpoolctl import threadpool_limits

from vinculo.differentiate.analysis import assumptions, forecast, lines, manifest, scopes
from vinculo.differentiate.analysis.work import Progress, Work
from vinculo.differentiate.cohorts import triangles
from vinculo.differentiate.contracts import survival
from vinculo.differentiate.profile import days
from vinculo.differentiate.profit import concentration, ledger, stability
from vinculo.differentiate.rfmt import edges, mailing, segments, summaries
from vinculo.differentiate.settings import ITEMS, LAST_DAY, Settings
from vinculo.differentiate.tiers import areas, slipping, thresholds, tiers
from vinculo.differentiate.tiers.tiers import SCORED
from vinculo.differentiate.validation import sentences
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse import queries, runs
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import costs as cost_files
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import ReadingReport
from vinculo.warehouse.tables import cohorts as cohort_tables
from vinculo.warehouse.tables import contracts as contract_tables
from vinculo.warehouse.tables import customers as customer_tables
from vinculo.warehouse.tables import habits as habit_tables
from vinculo.warehouse.tables import orders as order_tables
from vinculo.warehouse.tables import profit as profit_tables
from vinculo.warehouse.tables import rfmt as rfmt_tables
from vinculo.warehouse.tables import tiers as tier_tables

DAYS = (
    order_tables.CUSTOMER_DAYS,
    customer_tables.PROFILE,
    habit_tables.RHYTHM,
    habit_tables.FAVOURITE_PRODUCTS,
    habit_tables.UNUSUAL_PURCHASES,
)
PROFIT = (
    profit_tables.CONCENTRATION,
    profit_tables.WHALE_CURVE,
    profit_tables.DECILES,
    profit_tables.UNPROFITABLE,
    profit_tables.PROFIT_SIDES,
    profit_tables.STABILITY,
    profit_tables.STABILITY_TRANSITIONS,
)
TIERS = (tier_tables.TIERS, tier_tables.AREAS, tier_tables.EQUITY)
RFMT = (rfmt_tables.RFMT_CELLS, rfmt_tables.RFMT_SEGMENTS, rfmt_tables.RFMT_CROSSTAB)


@dataclass(frozen=True)
class Order:
    """What is to be analysed, and how."""

    source: object
    target: Path
    settings: Settings
    reading: ReadingOptions
    now: datetime
    costs: Path | None = None
    memory: str = "4GB"
    progress: Progress = field(default=lambda words, share: None)
    finish: Callable[[runs.Run], None] = field(default=lambda run: None)
    """Called with the finished run before it is put in place: what it writes into the folder is part of the run."""


def make(order: Order) -> runs.Run:
    """Analyse a source of orders and put the run in place.

    Everything is written beside the target and renamed when it is complete, so a run that fails or is killed leaves
    nothing behind. The tables are those of `vinculo.warehouse.tables`.
    """
    check(order.settings)
    with runs.staging(order.target) as folder, ExitStack() as stack:
        spill = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}-")))
        engine = stack.enter_context(DuckEngine(spill, memory=order.memory))
        # Matrices here are 4 x 4: idle threads of the linear algebra library would burn more than they bring.
        stack.enter_context(threadpool_limits(1))
        work = Work(engine, folder, order.settings, order.progress)
        with work.step("Reading the orders"):
            report = read(work, order, spill)
        analyse(work, order, report, spill)
        written = manifest.build(work, report, run_id=uuid.uuid4().hex[:12], now=order.now)
        with work.step("Writing the report"):
            order.finish(runs.Run(folder, written))
        runs.write_manifest(folder, written)
    return runs.read(order.target)


def check(settings: Settings) -> None:
    """Raise `SettingsError` for settings that make no sense, before anything is read."""
    scopes.check(settings.by)
    if settings.horizon_days < 1:
        raise SettingsError("horizon_days is {found}: look 1 day ahead or more.", found=settings.horizon_days)
    if not 0 < settings.discount_rate_annual < 10:
        raise SettingsError(
            "discount_rate_annual is {found}: give a share such as 0.15.", found=settings.discount_rate_annual
        )
    if not 0 <= settings.costs.margin_share <= 1:
        raise SettingsError(
            "{setting} is {found}: give a share between 0 and 1.",
            setting="costs.margin_share",
            found=settings.costs.margin_share,
        )
    if not 0 < settings.lifetime.interval < 1:
        raise SettingsError(
            "{setting} is {found}: give a share between 0 and 1.",
            setting="lifetime.interval",
            found=settings.lifetime.interval,
        )
    for name, least in {"penalty": 0, "origins": 0, "sample": 1, "hiatus_days": 0}.items():
        if not getattr(settings.lifetime, name) >= least:
            raise SettingsError(
                "{setting} is {found}: give {least} or more.",
                setting=f"lifetime.{name}",
                found=getattr(settings.lifetime, name),
                least=least,
            )
    forecast.asked(settings.lifetime.models)
    if unknown := [name for name in settings.items if name not in ITEMS]:
        raise SettingsError("There are no items {unknown}: choose among {choices}.", unknown=unknown, choices=ITEMS)
    survival.check(settings.lifetime)
    edges.check(settings.rfmt)
    segments.of(settings.rfmt)
    mailing.check(settings.rfmt)
    thresholds.refuse_impossible(settings.tiers)
    triangles.check(settings.cohort_period)


def read(work: Work, order: Order, spill: Path) -> ReadingReport:
    """Read the source into `order_lines`; the settings take its last day and currency where none was given."""
    settings, today = order.settings, order.now.date()
    # Where the sun is ahead of Greenwich, tomorrow has begun.
    if settings.as_of != LAST_DAY and settings.as_of > today + timedelta(days=1):
        raise SettingsError("as_of is {found}, which has not come yet: give a day that is over.", found=settings.as_of)
    options = replace(
        order.reading,
        currency=order.reading.currency or ("" if settings.currency == Settings.currency else settings.currency),
        as_of=None if settings.as_of == LAST_DAY else settings.as_of,
        today=today,
        work_folder=spill,
        language=settings.language,
    )
    report = orders.read(order.source, engine=work.engine, options=options)
    assert isinstance(report.as_of, date)
    work.settings = replace(settings, as_of=report.as_of, currency=report.currency)
    work.warnings.extend(report.warnings)
    return report


def analyse(work: Work, order: Order, report: ReadingReport, spill: Path) -> None:
    """Do all that the room does, table by table."""
    engine, folder, settings = work.engine, work.folder, work.settings
    with work.step("Building customer days"):
        found = days.build(engine, staging=folder, settings=settings, lines=report.rows)
        for contract in DAYS:
            work.published(contract)
        lines.account(work, found)
        lines.require_customers(work, found, report)
    with work.step("Adding up profit"):
        profit(work, order, report)
    with work.step("Testing the forecast"):
        made = forecast.make(work)
    with work.step("Valuing every customer"):
        forecaster = forecast.forecaster(work, made)
        accounts = queries.load("vinculo.differentiate.valuation", "accounts")
        engine.map_batches(spill / "scored", accounts, forecaster.function(), SCORED.schema)
        engine.attach("scored", spill / "scored")
        rules = tiers.assign(engine, folder / "value", settings, work.translate)
        work.published(customer_tables.VALUE)
        work.keep(tier_tables.TIER_RULES, rules)
        forecast.map_iso_value(work, made, forecaster)
        work.card = made.card
    with work.step("Summing up"):
        summarize(work)


def profit(work: Work, order: Order, report: ReadingReport) -> None:
    """Write the ledger, and prepare the wide relation `accounts` (profile and ledger)."""
    engine, settings = work.engine, work.settings
    if order.costs:
        cost_files.read(order.costs, engine=engine, currency=settings.currency)
    known = ledger.create_view(engine, settings, actual_costs=order.costs is not None)
    cut(work)
    scopes.create_view(engine, "scoped_profile", "accounts", settings.by, kept=work.kept)
    work.write(profit_tables.LEDGER, queries.load("vinculo.differentiate.profit", "ledger"))
    work.assumptions.extend(assumptions.of(settings, report, known=known))


def cut(work: Work) -> None:
    """Note the dimensions that have too many values, and say so."""
    work.kept = scopes.crowded(work.engine, "profile", work.settings.by)
    for dimension in work.kept:
        work.warnings.append(
            work.say(
                "There are too many values of {dimension}: the {most} with most customers are shown apart, the rest "
                "together as “{others}”.",
                dimension=work.translate(sentences.DIMENSIONS[dimension]),
                most=scopes.MOST_VALUES,
                others=scopes.OTHERS,
            )
        )


def concentrate(work: Work) -> dict[str, pa.Table]:
    """Rank customers by what they bring, and items by their net sales where that was asked for."""
    settings, translate = work.settings, work.translate
    tables = concentration.summarize(work.engine, settings, translate)
    for item in settings.items:
        amounts = concentration.item_amounts(work.engine, item)
        ranked = concentration.rank_items(
            amounts, dimension=item, measure="net_sales", settings=settings, translate=translate
        )
        tables |= {name: pa.concat_tables([tables[name], table]) for name, table in ranked.items()}
    return tables


def summarize(work: Work) -> None:
    """Write the summary tables, for everybody and for each asked dimension."""
    engine, folder, settings = work.engine, work.folder, work.settings
    scopes.create_view(engine, "scoped_value", "value", settings.by, kept=work.kept)
    work.keep(profit_tables.LEDGER_TOTALS, ledger.totals(engine))
    work.keep_all(PROFIT, concentrate(work))
    work.keep_all(PROFIT, stability.summarize(engine, settings, work.translate))
    work.keep_all(TIERS, tiers.summarize(engine) | {"areas": areas.summarize(engine)})
    work.keep(tier_tables.SLIPPING, slipping.summarize(engine, settings, work.translate))
    summaries.summarize(engine, folder, contact_cost_minor=settings.rfmt.contact_cost_minor)
    triangles.summarize(
        engine, folder, as_of=settings.as_of, period=settings.cohort_period, by_dimension=bool(settings.by)
    )
    for contract in (*RFMT, cohort_tables.COHORTS):
        work.published(contract)
    work.keep(rfmt_tables.RFMT_MAILING, mailing.summarize(engine, settings.rfmt))
    if settings.lifetime.contract_days:
        work.keep_all(contract_tables.TABLES, survival.summarize(engine, settings, work.translate))
