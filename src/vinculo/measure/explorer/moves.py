"""Moves: who went from one tier, area or segment to another between two runs, and what came of their value."""

import tempfile
from pathlib import Path

import pyarrow as pa

from vinculo.differentiate.rfmt import migration
from vinculo.differentiate.rfmt.migration import CAME, WENT
from vinculo.foundation import money
from vinculo.measure import people, selection
from vinculo.measure.bridge import Bridge
from vinculo.measure.charts import profit as profit_charts
from vinculo.measure.charts.linked import moves as charts
from vinculo.measure.explorer.book import Behind, LinkedBook
from vinculo.measure.report import blocks
from vinculo.warehouse import runs
from vinculo.warehouse.tables.tiers import AREAS_IN_ORDER, TIERS_IN_ORDER

Row = dict[str, object]
LABELS = {
    "value_tier": ("tier", "tier_was", TIERS_IN_ORDER),
    "relationship_area": ("area", "area_was", AREAS_IN_ORDER),
    "rfmt_segment": ("segment", "segment_was", ()),
}


def matrices(book: LinkedBook) -> list[blocks.Block]:
    """Return who moved, by tier, area and segment; nothing without an earlier run or within a cut."""
    if book.earlier is None or book.cut or not book.has("value"):
        return []
    with tempfile.TemporaryDirectory(prefix="vinculo-moves-") as folder:
        migration.summarize(book.engine, Path(folder))
        given = runs.Run(Path(folder), {}).table("migration").to_pylist()
    return [matrix(book, label, [row for row in given if row["label"] == label]) for label in LABELS]


def matrix(book: LinkedBook, label: str, rows: list[dict[str, object]]) -> blocks.Figure:
    """Return the moves of one label."""
    reader = book.reader
    order = codes(book, label, rows)
    words = {code: name_of(book, label, code) for code in order}
    words |= {code: reader.say(selection.CHANGE_NAMES[code]) for code in (CAME, WENT)}
    origins = [code for code in (*order, CAME) if any(row["label_from"] == code for row in rows)]
    targets = [code for code in (*order, WENT) if any(row["label_to"] == code for row in rows)]
    drawn = pa.table(
        {
            "from_label": [words[str(row["label_from"])] for row in rows],
            "to_label": [words[str(row["label_to"])] for row in rows],
            "customers": [row["customers"] for row in rows],
            "share_of_from": [row["share_of_from"] for row in rows],
        }
    )
    name = f"moves-{label.replace('_', '-')}"
    behind = {(words[str(row["label_from"])], words[str(row["label_to"])]): moved(book, label, row) for row in rows}
    book.link(name, ("from", "to"), behind)
    counts = {(row["label_from"], row["label_to"]): row["customers"] for row in rows}
    written = [
        (words[origin], *(reader.number(float(str(counts.get((origin, target), 0)))) for target in targets))
        for origin in origins
    ]
    finding = sentence(book, label, rows)
    caption = reader.say("Customers who moved: rows where they were, columns where they are")
    sheet = blocks.sheet(f"{name}-table", caption, ["", *(words[target] for target in targets)], written)
    shown = {"origins": [words[code] for code in origins], "targets": [words[code] for code in targets]}
    note = reader.say("The stronger the colour, the larger the share of the row. New customers stand in the last row.")
    return book.figure(
        name, finding, lambda width: charts.matrix(drawn, reader, width=width, **shown), sheet, note=note
    )


def name_of(book: LinkedBook, label: str, code: str) -> str:
    """Return the name of a tier, an area or a segment; the company's own where it has named its segments."""
    if label == "rfmt_segment":
        return book.segment(code)
    return selection.name_of(book.reader, selection.TERMS[LABELS[label][0]], code)


def codes(book: LinkedBook, label: str, rows: list[dict[str, object]]) -> list[str]:
    """Return the codes of a label in order: ours as the field has them, a company's own after those."""
    found = {str(row[side]) for row in rows for side in ("label_from", "label_to")} - {CAME, WENT}
    order = list(book.segments) if label == "rfmt_segment" else list(LABELS[label][2])
    return [*(code for code in order if code in found), *sorted(found - set(order))]


def moved(book: LinkedBook, label: str, row: dict[str, object]) -> Behind:
    """Return the customers of one move; those who are gone are found in the earlier run."""
    term, was, _ = LABELS[label]
    origin, target, customers = str(row["label_from"]), str(row["label_to"]), int(str(row["customers"]))
    linking = book.linking
    if target == WENT:
        return Behind(selection.of(linking.earlier, gone=linking.run, **{term: origin}), customers)
    return Behind(book.chosen.narrowed(earlier=linking.earlier, **{was: origin, term: target}), customers)


def sentence(book: LinkedBook, label: str, rows: list[dict[str, object]]) -> str:
    """Say how many stayed what they were."""
    reader = book.reader
    assert book.earlier is not None
    both = [row for row in rows if row["label_from"] != CAME and row["label_to"] != WENT]
    held = sum(int(str(row["customers"])) for row in both)
    stayed = sum(int(str(row["customers"])) for row in both if row["label_from"] == row["label_to"])
    return reader.say(
        "{what}: {share} of customers are where they were on {day}",
        what=reader.say(selection.TERMS[LABELS[label][0]].label),
        share=reader.share(stayed / held if held else 0),
        day=reader.day(str(book.earlier.manifest["as_of"])),
    )


def equity(book: LinkedBook, found: Bridge) -> blocks.Figure:
    """Return how customer equity came from the earlier run to this one: opening, changes, closing."""
    reader = book.reader
    assert book.earlier is not None
    days = [reader.day(str(run.manifest["as_of"])) for run in (book.earlier, book.run)]
    opening, closing = (reader.say("Equity on {day}", day=day) for day in days)
    shown = ("acquired", "recovered", "risen", "fallen", "lost")
    labels = {name: reader.say(selection.CHANGE_NAMES[name]) for name in shown}
    steps = [(labels[name], found.changes[name].difference_minor, False) for name in shown]
    steps = [(opening, found.opening_minor, True), *steps, (closing, found.closing_minor, True)]
    drawn = pa.table(dict(zip(("label", "amount_minor", "is_sum"), map(list, zip(*steps, strict=True)), strict=True)))
    link_changes(book, found, opening, closing, labels)
    grown = found.closing_minor - found.opening_minor
    finding = reader.say(
        "Customer equity {went} by {amount} since {day}",
        went=reader.say("rose") if grown >= 0 else reader.say("fell"),
        amount=reader.money(abs(grown)),
        day=days[0],
    )
    return book.figure(
        "bridge",
        finding,
        lambda width: profit_charts.waterfall(drawn, reader, width=width),
        sheet_of(book, found, opening, closing),
        note=reader.say(
            "Acquired: customers the earlier run did not hold. Growth: those who stayed, risen less fallen, and those"
            " who came back. Lost: what went with customers silent for more than {days} days.",
            days=reader.number(people.LAPSE_DAYS),
        ),
    )


def link_changes(book: LinkedBook, found: Bridge, opening: str, closing: str, labels: dict[str, str]) -> None:
    """Say who stands behind each bar of the bridge."""
    earlier = book.linking.earlier
    behind = {
        (opening,): Behind(selection.Selection(earlier), opening_customers(found)),
        (closing,): Behind(book.chosen, sum(change.customers_held for change in found.changes.values())),
    }
    for name, label in labels.items():
        chosen = book.chosen.narrowed(earlier=earlier, change=name)
        behind[label,] = Behind(chosen, found.changes[name].customers_held)
    book.link("bridge", ("label",), behind)


def opening_customers(found: Bridge) -> int:
    """Return how many customers the earlier run holds: all but the acquired."""
    return sum(change.customers for name, change in found.changes.items() if name != "acquired")


def sheet_of(book: LinkedBook, found: Bridge, opening: str, closing: str) -> blocks.Sheet:
    """Return the bridge to the minor unit."""
    reader = book.reader

    def exact(minor: int) -> str:
        return money.words(minor, reader.currency, reader.language).replace("-", "\u2212")

    def row(label: str, *changes: str) -> tuple[str, str, str]:
        amount = sum(found.changes[name].difference_minor for name in changes)
        counted = sum(found.changes[name].customers for name in changes)
        return label, reader.number(counted), exact(amount)

    say = reader.say
    rows = [
        (opening, reader.number(opening_customers(found)), exact(found.opening_minor)),
        row("+ " + say("Acquired"), "acquired"),
        row("+ " + say("Growth"), "recovered", "risen", "fallen", "unchanged"),
        row("\u2003" + say("of it recovered"), "recovered"),
        row("\u2003" + say("of it risen"), "risen"),
        row("\u2003" + say("of it fallen"), "fallen"),
        ("\u2212 " + say("Lost"), reader.number(found.changes["lost"].customers), exact(found.lost_minor)),
        ("= " + closing, reader.number(book.size("value")), exact(found.closing_minor)),
    ]
    return blocks.sheet(
        "bridge-table", say("From one run to the next"), ("", *reader.words("Customers", "Equity")), rows
    )
