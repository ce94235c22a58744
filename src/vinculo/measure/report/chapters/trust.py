"""Trust: which model forecasts, how it did when put to the test, and how far to believe it."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vinculo.differentiate.validation import fallback
from vinculo.measure.charts import forecast as charts
from vinculo.measure.charts import iso_value
from vinculo.measure.report import blocks, names
from vinculo.measure.report.book import Book, Row, lacking


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on how far the forecast can be trusted."""
    say = book.reader.say
    model = chosen(book)
    given: list[blocks.Block] = [*card(book)]
    if model and book.has("backtest"):
        given += backtest(book)
    elif not model:
        given.append(lacking(book.reader))
    if model and book.has("calibration"):
        given += calibration(book, model)
    if model and book.has("tracking"):
        given += tracking(book, model)
    if model and book.has("iso_value", "value"):
        given += value_map(book, model)
    given += periods(book)
    if book.has("models"):
        given.append(folded(book))
    given += warnings(book)
    return blocks.Chapter("trust", say("Can I trust the forecast?"), say("The forecast"), tuple(given))


def chosen(book: Book) -> str:
    """Return the model that the forecasts come from, if one was fitted."""
    return next((str(row["model"]) for row in book.rows("models") if row["chosen"]), "")


def card_of(book: Book) -> dict[str, Any]:
    """Return the model card, empty when none was written."""
    return book.run.manifest.get("model_card") or {}


def card(book: Book) -> list[blocks.Block]:
    """Return the model card in words: what was chosen and why, and where a simple rule does as well."""
    given = card_of(book)
    choice = given.get("chosen") or {}
    found: list[blocks.Block] = [blocks.Text(reason, "lead") for reason in book.again(choice.get("reason"))]
    rest = [*book.again(choice.get("remarks")), *book.again((given.get("regularity") or {}).get("sentence"))]
    return [*found, blocks.Points(tuple(rest))] if rest else found


def backtest(book: Book) -> list[blocks.Block]:
    """Return how the models and simple rules did, all origins pooled."""
    reader = book.reader
    rows = [row for row in book.rows("backtest") if row["origin"] is None] or book.rows("backtest")
    rows.sort(key=lambda row: (row["kind"], not row["chosen"], row["mae"] if row["mae"] is not None else 1e9))
    columns = reader.words(
        "Forecast by",
        "Forecast",
        "Happened",
        "Ratio",
        "Error a customer",
        "Buyers told apart",
        "Best tenth found",
    )
    written = [
        (
            names.of(reader, row["candidate"]) + (f" ({reader.say('used')})" if row["chosen"] else ""),
            reader.number(row["predicted_purchases"]),
            reader.number(row["actual_purchases"]),
            reader.number(row["predicted_to_actual"], 2),
            reader.number(row["mae"], 2),
            reader.share(row["auc"], 1),
            reader.share(row["top_decile_capture"], 1),
        )
        for row in rows
    ]
    caption = reader.say("Put to the test: what each would have forecast, and the purchase days that happened")
    note = reader.say(
        "Forecasts were made from past days, knowing only what was known then. Error: mean distance from what happened,"
        " in purchase days a customer. Buyers told apart: how often somebody who bought was ranked above somebody who"
        " did not; 50% is a coin. Best tenth found: share of the purchases made by the tenth ranked first."
    )
    return [blocks.sheet("backtest", caption, columns, written), blocks.Text(note, "small")]


def of(table: pa.Table, **equal: object) -> pa.Table:
    """Return the rows of a table whose columns equal what is asked (None asks for null)."""
    for name, value in equal.items():
        column = table[name]
        table = table.filter(pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False))
    return table


def pooled(table: pa.Table) -> pa.Table:
    """Return the rows of all origins pooled, or those of the last origin when nothing was pooled."""
    together = of(table, origin=None)
    if together.num_rows or not table.num_rows:
        return together
    return of(table, origin=max(table["origin"].to_pylist()))


def calibration(book: Book, model: str) -> list[blocks.Block]:
    """Return predicted against actual, for the number of purchases and for the chance of one."""
    reader = book.reader
    given = pooled(of(book.table("calibration"), candidate=tested(book, model)))
    figures = []
    for quantity, finding in (
        ("expected_purchases", reader.say("Purchases: what was forecast and what happened, by tenths")),
        ("p_buys", reader.say("Chance to buy: what was forecast and what happened, by tenths")),
    ):
        table = of(given, quantity=quantity).sort_by("bin") if given.num_rows else given
        if table.num_rows:
            figures.append(calibrated(book, table, quantity, finding))
    return [blocks.Pair(tuple(figures))] if figures else []


def tested(book: Book, model: str) -> str:
    """Return the candidate of the backtest that stands for the forecasts: the model, or the model by groups."""
    return next((str(row["candidate"]) for row in book.rows("backtest") if row["chosen"]), model)


def calibrated(book: Book, table: pa.Table, quantity: str, finding: str) -> blocks.Figure:
    """Return one calibration chart."""
    reader = book.reader
    share = quantity == "p_buys"

    def write(value: float | None) -> str:
        return reader.share(value, 1) if share else reader.number(value, 2)

    rows = [
        (
            reader.number(row["bin"]),
            reader.number(row["customers"]),
            write(row["mean_predicted"]),
            write(row["mean_actual"]),
            f"{write(row['actual_low'])} … {write(row['actual_high'])}",
        )
        for row in table.to_pylist()
    ]
    columns = reader.words("Tenth", "Customers", "Forecast", "Happened", "Interval, 95%")
    note = reader.say(
        "One point a tenth of the customers, lowest forecasts first; bars are 95% intervals of what happened. On the"
        " dashed line the forecast was right."
    )
    return book.figure(
        f"calibration-{quantity.replace('_', '-')}",
        finding,
        lambda width: charts.calibration(table, reader, width=width, share=share),
        blocks.sheet(f"calibration-{quantity}-table", finding, columns, rows),
        note=note,
        half=True,
    )


def tracking(book: Book, model: str) -> list[blocks.Block]:
    """Return the plot of purchases over time, actual and expected."""
    reader = book.reader
    table = of(book.table("tracking"), model=model)
    if table.num_rows < 2:
        return []
    table = table.sort_by("week")
    last = table.slice(table.num_rows - 1).to_pylist()[0]
    off = last["expected_cumulative"] / last["actual_cumulative"] - 1 if last["actual_cumulative"] else 0.0
    finding = reader.say(
        "At the end of the history the model is {off} off in all repeat purchases", off=signed(book, off)
    )
    every = max(1, table.num_rows // 12)
    rows = [
        (
            reader.day(row["week_start"]),
            reader.number(row["actual_cumulative"]),
            reader.number(row["expected_cumulative"]),
        )
        for at, row in enumerate(table.to_pylist())
        if at % every == 0 or at == table.num_rows - 1
    ]
    columns = reader.words("Week of", "Actual, cumulative", "Expected, cumulative")
    note = reader.say("Solid: what happened. Dashed: what the model expects, from the first day on.")
    sheet = blocks.sheet("tracking-table", reader.say("Repeat purchase days since the first day"), columns, rows)
    return [
        book.figure("tracking", finding, lambda width: charts.tracking(table, reader, width=width), sheet, note=note)
    ]


def signed(book: Book, share: float) -> str:
    """Write a share with its sign."""
    return ("+" if share >= 0 else "") + book.reader.share(share, 1)


def value_map(book: Book, model: str) -> list[blocks.Block]:
    """Return the iso-value curves, with the customers on them."""
    reader = book.reader
    table = of(book.table("iso_value"), model=model)
    table = table.filter(pc.is_valid(table["value_minor"]))
    if table.num_rows < 4 or pc.max(table["value_minor"]).as_py() <= 0:
        return []
    ages, repeats = (pc.max(table[name]).as_py() for name in ("age_at_last_days", "repeat_purchase_days"))
    people = book.query("density", days=max(1, round(ages / 30)), repeats=max(1, round(repeats / 25)))
    finding = reader.say("Customers on one line are worth the same, with different pasts")
    note = reader.say(
        "For customers who first bought {tenure} days ago: each line joins those with the same residual value, dots"
        " are customers (larger dots, more of them). To the left lie those silent for long: among them, more purchases"
        " in the past mean less value ahead, because their silence says more.",
        tenure=reader.number(table["tenure_days"][0].as_py()),
    )
    if model == fallback.MODEL.name:
        note = reader.say(
            "For customers who first bought {tenure} days ago: each line joins those with the same residual value, dots"
            " are customers (larger dots, more of them). The lines lie level because the model used knows no dropout:"
            " it counts purchases, and takes silence for chance.",
            tenure=reader.number(table["tenure_days"][0].as_py()),
        )
    return [
        book.figure(
            "iso-value",
            finding,
            lambda width: iso_value.curves(table, people, reader, width=width),
            grid(book, table, finding),
            note=note,
        )
    ]


def grid(book: Book, table: pa.Table, caption: str) -> blocks.Sheet:
    """Return some points of the value map as a table: repeats down, age at the last purchase across."""
    reader = book.reader
    values = {(row["repeat_purchase_days"], row["age_at_last_days"]): row["value_minor"] for row in table.to_pylist()}
    down, over = (spread(sorted({key[at] for key in values})) for at in (0, 1))
    rows = [[reader.number(repeats), *(reader.money(values.get((repeats, age))) for age in over)] for repeats in down]
    days = [reader.say("last purchase at day {day}", day=reader.number(age)) for age in over]
    return blocks.sheet("iso-value-table", caption, [reader.say("Repeat purchase days"), *days], rows)


def spread(values: list[int], most: int = 7) -> list[int]:
    """Return at most so many values, evenly spread, both ends included."""
    if len(values) <= most:
        return values
    return sorted({values[round(at * (len(values) - 1) / (most - 1))] for at in range(most)})


def periods(book: Book) -> list[blocks.Block]:
    """Return the second opinion: customers by the periods in which they bought again, seen and expected."""
    reader = book.reader
    table = book.table("opportunities")
    if table.num_rows < 2 or table["expected_customers"].null_count:
        return []
    given: list[Row] = table.sort_by("repeat_periods").to_pylist()
    days = reader.number(given[0]["period_days"])
    many = sum(row["customers"] for row in given)
    # Half the sum of the distances: so many would have to be put elsewhere to make both counts agree.
    placed = 1 - sum(abs(row["customers"] - row["expected_customers"]) for row in given) / (2 * many)
    finding = reader.say(
        "Counted by periods of {days} days, the model places {share} of customers right",
        days=days,
        share=reader.share(placed),
    )
    rows = [
        (
            reader.number(row["repeat_periods"]),
            reader.number(row["customers"]),
            reader.number(row["expected_customers"]),
        )
        for row in given
    ]
    columns = reader.words("Periods with another purchase", "Customers", "Expected")
    sheet = blocks.sheet("periods-table", reader.say("Customers by periods in which they bought again"), columns, rows)
    note = reader.say(
        "Buying by period, a second opinion: time is cut into periods of {days} days, and BG/BB counts those with a"
        " purchase. Dark bars: what happened. Light bars: what the model expects. The forecasts do not come from it.",
        days=days,
    )
    return [book.figure("periods", finding, lambda width: charts.periods(table, reader, width=width), sheet, note=note)]


def folded(book: Book) -> blocks.Folded:
    """Return the models and their parameters, for those who want them."""
    reader = book.reader
    models = [
        (
            names.of(reader, row["model"]) + (f" ({reader.say('used')})" if row["chosen"] else ""),
            reader.number(row["log_likelihood"], 1),
            reader.number(row["aic"], 1),
            reader.number(row["bic"], 1),
        )
        for row in book.rows("models")
    ]
    columns = reader.words("Model", "Log-likelihood", "AIC", "BIC")
    given: list[blocks.Block] = [blocks.sheet("models", reader.say("The models fitted"), columns, models)]
    if any(row["aic"] is None for row in book.rows("models")):
        words = reader.say("A model without AIC was fitted to other data (periods): its likelihood compares with none.")
        given.append(blocks.Text(words, "small"))
    found = book.again([row["diagnosis"] for row in book.rows("models") if row["chosen"]])
    given += [blocks.Text(sentence) for sentence in found]
    parameters = book.rows("model_parameters")
    if parameters:
        given.append(parameter_sheet(book, parameters))
    assumed = [each for part in ("assumptions", "prior", "nesting") for each in book.again(card_of(book).get(part))]
    if assumed:
        given.append(blocks.Points(tuple(assumed)))
    return blocks.Folded(reader.say("Models, parameters and what they assume"), tuple(given))


def parameter_sheet(book: Book, parameters: Sequence[Row]) -> blocks.Sheet:
    """Return the parameters with their standard errors."""
    reader = book.reader
    rows = [
        (
            names.of(reader, row["model"]),
            row["parameter"],
            reader.number(row["estimate"], 4),
            reader.number(row["standard_error"], 4),
            f"{reader.number(row['low'], 4)} … {reader.number(row['high'], 4)}",
        )
        for row in parameters
    ]
    columns = reader.words("Model", "Parameter", "Estimate", "Standard error", "Interval, 95%")
    counted = book.rows("opportunities")
    caption = reader.say("Parameters of maximum likelihood, time in days")
    if counted and any(row["model"] == counted[0]["model"] for row in parameters):
        caption = reader.say(
            "Parameters of maximum likelihood, time in days; of {model} in periods of {days} days",
            model=names.of(reader, counted[0]["model"]),
            days=reader.number(counted[0]["period_days"]),
        )
    return blocks.sheet("parameters", caption, columns, rows, texts=2)


def warnings(book: Book) -> list[blocks.Block]:
    """Return what has to be borne in mind: the warnings of the run and of the model card, each once."""
    of_card = [each for part in ("warnings", "notes") for each in book.again(card_of(book).get(part))]
    said = book.again((card_of(book).get("chosen") or {}).get("remarks"))
    given = [
        each for each in dict.fromkeys([*book.again(book.run.manifest.get("warnings")), *of_card]) if each not in said
    ]
    if not given:
        return []
    return [blocks.Heading(book.reader.say("What to bear in mind")), blocks.Points(tuple(given))]
