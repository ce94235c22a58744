"""Contracts: who renews each time, cohort by cohort, and how long those who are left will stay."""

from typing import Any

import pyarrow as pa

from vinculo.differentiate.lifetime import sbg
from vinculo.measure.charts import cohorts as charts
from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row

SHOWN = 18
ENOUGH = 0.25
"""Share of all customers whom a renewal must have reached to be spoken of."""


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on contracts; none unless the run was made with their length."""
    reader = book.reader
    given: tuple[blocks.Block, ...] = ()
    cohorts, survival = book.rows("contract_cohorts"), book.rows("contract_survival")
    if cohorts and survival:
        together = next((row for row in cohorts if row["cohort"] is None), None)
        given = (*words(book, together), *figure(book, together, survival), *table(book, cohorts, survival))
    return blocks.Chapter("contracts", reader.say("Who renews?"), reader.say("Contracts"), given)


def words(book: Book, together: Row | None) -> list[blocks.Block]:
    """Say how long a contract is, what was found, and whether cohorts differ."""
    reader = book.reader
    days = float(book.setting("lifetime", "contract_days", default=0.0))
    said = [
        reader.say(
            "A contract lasts {days} days. Who does not renew within half of that, before or after, has left for good.",
            days=reader.number(days, 0 if days == round(days) else 2),
        )
    ]
    if together and together["residual_lifetime_periods"] is not None:
        said.append(
            reader.say(
                "A new customer about to renew for the first time is expected to bring {periods} more contracts, future"
                " ones discounted.",
                periods=reader.number(together["residual_lifetime_periods"], 1),
            )
        )
    if together and together["likelihood_ratio_p"] is not None and together["likelihood_ratio_p"] < 0.05:
        said.append(reader.say("Cohorts differ by more than chance: look at each before believing the mean."))
    given: list[blocks.Block] = [blocks.Text(" ".join(said))]
    if together and not together["identified"]:
        given += [blocks.Text(words, "warning") for words in book.again(together["diagnosis"])]
    return given


def observed(survival: list[Row]) -> list[dict[str, float]]:
    """Return the share still there after each renewal, over the cohorts that have reached it."""
    line = []
    for period in range(1 + max((row["period"] for row in survival if not row["projected"]), default=0)):
        reached = {row["cohort"]: row for row in survival if row["period"] == period and not row["projected"]}
        began = sum(row["survivors"] for row in survival if row["period"] == 0 and row["cohort"] in reached)
        if began:
            stayed = sum(row["survivors"] for row in reached.values())
            line.append({"period": period, "share": stayed / began, "customers": began})
    return line


def expected(together: Row | None, renewals: int) -> list[float]:
    """Return the share expected after each renewal by the model of all cohorts; nothing without a sound fit."""
    if together is None or not together["identified"]:
        return []
    return [float(share) for share in sbg.survival({name: together[name] for name in sbg.PARAMETERS}, renewals)]


def figure(book: Book, together: Row | None, survival: list[Row]) -> list[blocks.Block]:
    """Return the survival curve: cohorts, their mean, and what the model expects."""
    reader = book.reader
    mean = observed(survival)
    if len(mean) < 2:
        return []
    ahead = expected(together, min(max(row["period"] for row in survival), 2 * len(mean)))
    first = mean[1]["share"]
    finding = reader.say("{share} renew the first time", share=reader.share(first, 1))
    last = max((at for at in mean if at["customers"] >= ENOUGH * mean[0]["customers"]), key=lambda at: at["period"])
    if last["period"] > 1:
        finding = reader.say(
            "{share} renew the first time, and {later} are still there after {renewals} renewals",
            share=reader.share(first, 1),
            later=reader.share(last["share"], 1),
            renewals=reader.number(last["period"]),
        )
    rows = [
        (
            reader.number(at["period"]),
            reader.number(at["customers"]),
            reader.share(at["share"], 1),
            reader.share(ahead[int(at["period"])], 1) if ahead else "\u2013",
        )
        for at in mean
    ]
    columns = reader.words("Renewals", "Customers who could", "Still there", "Expected")
    sheet = blocks.sheet(
        "survival-table", reader.say("Customers still there after each renewal"), columns, rows, texts=0
    )
    note = reader.say("Thin lines are single cohorts, the thick one all of them; dashed: what the model expects.")
    drawn = pa.table(
        {
            "cohort": pa.array([row["cohort"] for row in survival], pa.date32()),
            "period": [row["period"] for row in survival],
            "share": pa.array([row["share"] for row in survival], pa.float64()),
        }
    )

    def chart(width: int) -> Any:
        return charts.survival(drawn, mean, ahead, reader, width=width)

    return [book.figure("survival", finding, chart, sheet, note=note)]


def table(book: Book, cohorts: list[Row], survival: list[Row]) -> list[blocks.Block]:
    """Return the cohorts: who came, who is left, and who will be."""
    reader = book.reader
    given = sorted((row for row in cohorts if row["cohort"] is not None), key=lambda row: row["cohort"], reverse=True)
    last = {row["cohort"]: row for row in sorted(survival, key=lambda row: row["period"])}
    rows = [
        (
            reader.month(row["cohort"]),
            reader.number(row["customers"]),
            reader.number(row["renewals"]),
            reader.number(row["survivors"]),
            reader.share(row["survivors"] / row["customers"], 1),
            reader.number(last[row["cohort"]]["expected_survivors"], 1) if row["cohort"] in last else "\u2013",
            reader.number(row["residual_lifetime_periods"], 1) if row["survivors"] else "\u2013",
        )
        for row in given[:SHOWN]
    ]
    columns = reader.words(
        "First bought in",
        "Customers",
        "Renewals due",
        "Still there",
        "Share",
        "Expected at the horizon",
        "Contracts to come, of each",
    )
    caption = reader.say("Cohorts, the youngest first")
    if len(given) > SHOWN:
        caption += ": " + reader.say("the first {shown} of {all}", shown=SHOWN, all=reader.number(len(given)))
    note = reader.say(
        "Contracts to come: expected of a customer who is still there and about to renew, future ones discounted."
    )
    return [blocks.sheet("contracts-table", caption, columns, rows), blocks.Text(note, "small")]
