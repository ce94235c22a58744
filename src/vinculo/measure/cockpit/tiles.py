"""Tiles: one metric each, with what it is compared with, since when it holds, its finding and its figures."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from vinculo.foundation.periods import parse_day
from vinculo.measure import metrics, people, selection
from vinculo.measure.charts.linked import columns
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import periods
from vinculo.measure.cockpit.periods import Period
from vinculo.measure.explorer import figures
from vinculo.measure.explorer.book import Behind, LinkedBook
from vinculo.measure.metrics import Metric
from vinculo.measure.report import blocks
from vinculo.measure.report.chapters import profit
from vinculo.measure.selection import Selection
from vinculo.warehouse import queries

SHOWN = 13
"""Periods in the series of a flow: a year of months and the same month a year before."""
_SCHEMA = pa.schema([("place", pa.int64()), ("starts", pa.date32()), ("ends", pa.date32()), ("seen_to", pa.date32())])
Row = dict[str, int]


@dataclass(frozen=True)
class Tile:
    """A metric at a glance.

    `compared_with` says in words what `before` is; both are empty where there is nothing to compare with. `behind`
    are the customers the figure counts.
    """

    metric: Metric
    value: float | None
    before: float | None
    compared_with: str
    finding: str
    behind: Behind | None
    sheet: blocks.Sheet
    figure: blocks.Figure | None = None
    low: float | None = None
    high: float | None = None

    @property
    def change(self) -> float | None:
        """Return the change as a share of what was before; of a share, the difference."""
        if self.value is None or self.before is None:
            return None
        if self.metric.unit == "share":
            return self.value - self.before
        return (self.value - self.before) / abs(self.before) if self.before else None

    @property
    def tone(self) -> str:
        """Return better, worse or even: which way the change went, as the metric's direction has it."""
        if self.value is None or self.before is None or self.value == self.before or not self.metric.direction:
            return "even"
        return "better" if (self.value > self.before) == (self.metric.direction > 0) else "worse"


@dataclass(frozen=True)
class Cockpit:
    """The tiles of a run for one kind of period."""

    book: LinkedBook
    kind: str

    @cached_property
    def period(self) -> Period:
        """Return the period that the run's last day lies in."""
        return periods.of(self.kind, self.as_of)

    @property
    def as_of(self) -> date:
        """Return the day the run looks from."""
        return parse_day(str(self.book.run.manifest["as_of"])[:10])

    @cached_property
    def shown(self) -> list[Period]:
        """Return the periods of the series that the data reach, the earliest first, ending with this one."""
        first = self.book.query("first_day").to_pylist()[0]["first_day"]
        return [each for each in periods.series(self.period, SHOWN) if each.ends >= first] or [self.period]

    @cached_property
    def first_day(self) -> date:
        """Return the first day of the history."""
        found: date = self.book.query("first_day").to_pylist()[0]["first_day"]
        return found

    @cached_property
    def flows(self) -> dict[Period, Row]:
        """Return what happened in each period of the series, and in the days this one is compared with."""
        asked = list(dict.fromkeys([*self.shown, periods.same_days(self.period)]))
        given = [
            {"place": place, "starts": each.starts, "ends": each.ends, "seen_to": each.seen_to}
            for place, each in enumerate(asked)
        ]
        self.book.engine.attach("periods", pa.Table.from_pylist(given, schema=_SCHEMA))
        rows = self.book.engine.rows(queries.load(__package__, "flows"), lapse_days=people.LAPSE_DAYS).to_pylist()
        return {asked[row.pop("place")]: row for row in rows}

    @cached_property
    def stocks(self) -> dict[str, Row]:
        """Return how things stand in this run (closing) and in the earlier one (opening)."""
        rows = self.book.engine.rows(queries.load(__package__, "stocks")).to_pylist()
        return {str(row.pop("moment")): row for row in rows}


def all_of(cockpit: Cockpit) -> list[Tile]:
    """Return the tiles in the order in which they are read."""
    return [tile(cockpit, metric) for metric in metrics.METRICS]


def tile(cockpit: Cockpit, metric: Metric) -> Tile:
    """Return the tile of a metric."""
    if metric.key == "balance_share":
        return balance(cockpit, metric)
    return flow(cockpit, metric) if metric.kind == "flow" else stock(cockpit, metric)


def flow(cockpit: Cockpit, metric: Metric) -> Tile:
    """Return a tile of what happened in the period, against the same days of the period before."""
    reader, period = cockpit.book.reader, cockpit.period
    same = periods.same_days(period)
    value = cockpit.flows[period][metric.key]
    # A period before the data began has no figure; zero would pass for one.
    known = known_from(cockpit, metric) <= same.starts
    before = cockpit.flows[same][metric.key] if known else None
    compared = same.words(reader)
    if not period.finished:
        compared = reader.say("the same days of {period}", period=compared)
    finding = flow_sentence(cockpit, metric, value, before, compared)
    behind = behind_flow(cockpit, metric, period)
    figure = series(cockpit, metric, finding)
    return Tile(metric, value, before, compared if known else "", finding, behind, figure.sheet, figure)


def known_from(cockpit: Cockpit, metric: Metric) -> date:
    """Return the first day for which the data can tell a metric; nobody is lost before the silence can be long."""
    wait = people.LAPSE_DAYS + 1 if metric.key == "lost_customers" else 0
    return date.fromordinal(cockpit.first_day.toordinal() + wait)


def behind_flow(cockpit: Cockpit, metric: Metric, period: Period) -> Behind:
    """Return the customers whom a flow counts in a period."""
    chosen, row = cockpit.book.chosen, cockpit.flows[period]
    starts, ends = period.starts.isoformat(), period.seen_to.isoformat()
    if metric.key == "active_customers":
        return Behind(chosen.narrowed(bought_from=starts, bought_to=ends), row["active_customers"])
    if metric.key == "new_customers":
        return Behind(chosen.narrowed(first_from=starts, first_to=ends), row["new_customers"])
    if metric.key == "lost_customers":
        return Behind(lost(chosen, period), row["lost_customers"])
    return Behind(chosen.narrowed(traded_from=starts, traded_to=ends), row["trading_customers"])


def lost(chosen: Selection, period: Period) -> Selection:
    """Return the customers lost in a period: they bought long enough before, and then no more to its end."""
    first, last = (date.fromordinal(day.toordinal() - people.LAPSE_DAYS - 1) for day in (period.starts, period.seen_to))
    silent = date.fromordinal(last.toordinal() + 1)
    return chosen.narrowed(bought_from=first, bought_to=last, silent_from=silent, silent_to=period.seen_to)


def flow_sentence(cockpit: Cockpit, metric: Metric, value: float, before: float | None, compared: str) -> str:
    """Say a flow in one sentence."""
    reader, period = cockpit.book.reader, cockpit.period
    facts = {
        "metric": reader.say(metric.name),
        "period": period.words(reader),
        "value": metric.write(value, reader),
        "compared": compared,
    }
    if before is None:
        return reader.say("{metric} in {period}: {value}; there is no earlier figure to compare with.", **facts)
    if not before:
        facts["before"] = metric.write(before, reader)
        return reader.say("{metric} in {period}: {value}, against {before} in {compared}.", **facts)
    facts["change"] = reader.share(abs(value - before) / abs(before), 1)
    if value == before:
        return reader.say("{metric} in {period}: {value}, the same as in {compared}.", **facts)
    if value > before:
        return reader.say("{metric} in {period}: {value}, up {change} on {compared}.", **facts)
    return reader.say("{metric} in {period}: {value}, down {change} on {compared}.", **facts)


def series(cockpit: Cockpit, metric: Metric, finding: str) -> blocks.Figure:
    """Return the metric over the periods, each bar leading to its customers; the running one is lighter."""
    book, reader = cockpit.book, cockpit.book.reader
    shown = [each for each in cockpit.shown if each.ends >= known_from(cockpit, metric)] or [cockpit.period]
    whole = [each.finished and each.starts >= known_from(cockpit, metric) for each in shown]
    labels = [each.words(reader) for each in shown]
    amounts = [cockpit.flows[each][metric.key] for each in shown]
    drawn = pa.table({"label": labels, "amount": amounts, "whole": whole})
    name = metric.key.replace("_", "-")
    behind = [behind_flow(cockpit, metric, each) for each in shown]
    book.link(name, ("label",), {(label,): each for label, each in zip(labels, behind, strict=True)})
    rows = [
        (
            label + ("" if entire else f" ({reader.say('in part')})"),
            metric.write(amount, reader),
            reader.number(each.customers),
        )
        for label, entire, amount, each in zip(labels, whole, amounts, behind, strict=True)
    ]
    columns_of = (reader.say("Period"), reader.say(metric.name), reader.say("Customers behind it"))
    if metric.unit == "customers":
        columns_of, rows = columns_of[:2], [row[:2] for row in rows]  # type: ignore[assignment, misc]
    sheet = blocks.sheet(f"{name}-table", reader.say(metric.name), columns_of, rows)
    return book.figure(
        name,
        finding,
        lambda width: columns.bars(
            drawn, lambda value: metric.write_short(value, reader), reader.say(metric.name), width=width
        ),
        sheet,
        note="" if all(whole) else reader.say("Fainter bars are periods that the data hold in part."),
        half=True,
    )


def stock(cockpit: Cockpit, metric: Metric) -> Tile:
    """Return a tile of how things stand, against the earlier run."""
    book, reader = cockpit.book, cockpit.book.reader
    value = cockpit.stocks["closing"][metric.key]
    before, compared = None, ""
    if book.earlier is not None:
        before, compared = cockpit.stocks["opening"][metric.key], reader.day(str(book.earlier.manifest["as_of"]))
    chosen = book.chosen.narrowed(area="retain") if metric.key == "slipping_customers" else book.chosen
    counted = value if metric.unit == "customers" else cockpit.stocks["closing"]["customers"]
    finding = stock_sentence(cockpit, metric, value, before, compared)
    sheet = moments(cockpit, metric, [(reader.day(cockpit.as_of), value), (compared, before)])
    return Tile(metric, value, before, compared, finding, Behind(chosen, counted), sheet)


def moments(cockpit: Cockpit, metric: Metric, given: list[tuple[str, float | None]]) -> blocks.Sheet:
    """Return a stock at each moment it is known at."""
    reader = cockpit.book.reader
    rows = [(when, metric.write(value, reader)) for when, value in given if value is not None]
    name = f"{metric.key.replace('_', '-')}-table"
    return blocks.sheet(name, reader.say(metric.name), (reader.say("Day"), reader.say(metric.name)), rows)


def stock_sentence(cockpit: Cockpit, metric: Metric, value: float, before: float | None, compared: str) -> str:
    """Say a stock in one sentence."""
    reader = cockpit.book.reader
    facts = {
        "metric": reader.say(metric.name),
        "value": metric.write(value, reader),
        "day": reader.day(cockpit.as_of),
        "compared": compared,
    }
    if before is None:
        return reader.say("{metric} on {day}: {value}; there is no earlier run to compare with yet.", **facts)
    facts["before"] = metric.write(before, reader)
    return reader.say("{metric} on {day}: {value}, against {before} on {compared}.", **facts)


def balance(cockpit: Cockpit, metric: Metric) -> Tile:
    """Return the tile of the company's own 80/20, with its interval."""
    book, reader = cockpit.book, cockpit.book.reader
    found = profit.concentration(book) if book.has("concentration") else None
    if not found or found["balance_share"] is None:
        nothing = reader.say("There is no profit to divide.")
        return Tile(metric, None, None, "", nothing, None, moments(cockpit, metric, []))
    before, compared = None, ""
    if book.earlier is not None and "concentration" in book.earlier.tables:
        rows = book.earlier.table("concentration").to_pylist()
        before = next((row["balance_share"] for row in rows if everybody(row)), None)
        compared = reader.day(str(book.earlier.manifest["as_of"])) if before is not None else ""
    low, high = found["balance_share_low"], found["balance_share_high"]
    said = profit.sentence(book, found)
    given = [(reader.day(cockpit.as_of), found["balance_share"]), (compared, before)]
    given += [(reader.say("95% interval, from"), low), (reader.say("95% interval, to"), high)]
    sheet = moments(cockpit, metric, given)
    share = found["balance_share"]
    return Tile(metric, share, before, compared, said, figures.top(book), sheet, low=low, high=high)


def everybody(row: dict[str, object]) -> bool:
    """Tell whether a row of `concentration` ranks all customers by their contribution."""
    return row["dimension"] == "all" and row["measure"] == "contribution"


def groups(cockpit: Cockpit, label: str) -> blocks.Sheet:
    """Return tiers (`value_tier`) or areas (`relationship_area`) now and in the earlier run."""
    book, reader = cockpit.book, cockpit.book.reader
    term = selection.TERMS["tier" if label == "value_tier" else "area"]
    rows = [row for row in book.engine.rows(queries.load(__package__, "groups")).to_pylist() if row["label"] == label]
    rows.sort(key=lambda row: -row["residual_value_minor"])
    known = book.earlier is not None
    written = [
        (
            selection.name_of(reader, term, row["code"]),
            reader.number(row["customers"]),
            reader.number(row["customers_before"] if known else None),
            signed(row["customers"] - row["customers_before"], reader) if known else reader.number(None),
            reader.money(row["residual_value_minor"]),
        )
        for row in rows
    ]
    named = reader.words("Customers", "Before", "Change", "Residual value")
    return blocks.sheet(f"{term.name}-change", reader.say(term.label), (reader.say(term.label), *named), written)


def signed(value: int, reader: Reader) -> str:
    """Write a difference with its sign."""
    written = reader.number(value)
    return f"+{written}" if value > 0 else written
