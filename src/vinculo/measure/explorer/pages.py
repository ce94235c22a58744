"""Pages: the parts of the value page, in reading order, each drawn on its own so that it can be kept and fetched."""

from collections.abc import Callable, Mapping

from vinculo.measure.explorer import figures, moves
from vinculo.measure.explorer.book import LinkedBook
from vinculo.measure.report import blocks
from vinculo.measure.report.chapters import profit


def people(book: LinkedBook) -> figures.Blocks:
    """Return who the customers are: the map, the segments, the chances to buy, the months."""
    if not book.has("value"):
        return []
    return [*figures.rfmt_map(book), *figures.segments(book), *figures.chances(book), *figures.months(book)]


def few(book: LinkedBook) -> figures.Blocks:
    """Return which few bring most of the profit."""
    if not book.has("concentration", "whale_curve", "deciles"):
        return []
    return [
        *figures.balance(book),
        *figures.whale_curve(book),
        *figures.deciles(book),
        *profit.sides(book),
        *profit.stability(book),
    ]


def worth(book: LinkedBook) -> figures.Blocks:
    """Return tiers and areas."""
    return [*figures.groups(book, "tiers"), *figures.groups(book, "areas")]


def between_runs(book: LinkedBook) -> figures.Blocks:
    """Return what changed since an earlier run: the bridge of customer equity, and who moved."""
    found = book.equity_bridge()
    if found is None:
        return []
    return [moves.equity(book, found), *moves.matrices(book)]


def cohorts(book: LinkedBook) -> figures.Blocks:
    """Return whether customers come back, by the period of their first purchase."""
    return figures.retention(book) if book.has("cohorts") else []


def forecast(book: LinkedBook) -> figures.Blocks:
    """Return how far the forecast can be trusted; for everybody only, since it was tested on everybody."""
    return [] if book.cut else figures.forecast(book)


PARTS: Mapping[str, tuple[str, Callable[[LinkedBook], figures.Blocks]]] = {
    "people": ("Who are my customers?", people),
    "few": ("Which few make most of the profit?", few),
    "worth": ("What is each worth, today and tomorrow?", worth),
    "moves": ("What changed since the run before?", between_runs),
    "cohorts": ("Do they come back?", cohorts),
    "forecast": ("Can I trust the forecast?", forecast),
}


def part(book: LinkedBook, name: str) -> blocks.Chapter:
    """Return one part of the page; a part that the run cannot fill says so."""
    title, write = PARTS[name]
    say = book.reader.say
    given = write(book)
    if not given:
        given = [blocks.Text(absence(book, name), "note")]
    return blocks.Chapter(name, say(title), say(title), tuple(given))


def absence(book: LinkedBook, name: str) -> str:
    """Say why a part is empty."""
    say = book.reader.say
    if book.cut and name in ("moves", "forecast"):
        return say("This part is shown for all customers together only.")
    if name == "moves":
        return say("There is no earlier run to compare with yet.")
    return say("Not enough history to show this yet; the warnings below say what is missing.")
