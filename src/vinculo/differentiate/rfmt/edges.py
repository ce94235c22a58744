"""Bin edges of RFMT: cut once, stored with the run, and used to score these customers or any later ones.

Every letter is turned so that larger is better: R is minus `since_last_days`, T minus `mean_interpurchase_days`
(or `tenure_days`), F is `purchase_days`, M is `net_sales_minor`. A score is the number of edges reached, plus one.

How the edges are cut:

- **quantiles** (Hughes): five bins with equal shares of the customers. All customers with the same value share a
  bin: a tied block of n customers, b of whose fellows are below, gets the score of its middle rank,
  `1 + floor(5 · (b + n/2) / N)`. Where ties swallow a bin its score is simply not used; scores are never renamed,
  so 5 always means the top and 1 the bottom. F of a single purchase is 1, however many customers bought once.
- **nested**: R as above, F within each R, M within each R x F (125 cells of equal size when there are no ties), and
  T within each R x F too: within R x F x M the cells would be five times thinner than the 1,000 customers advised.
- **cutpoints**: the company's own, in the order from worst to best; who stands on a cut-point gets the better score.
- **behaviour**: a single purchase is a bin of its own and the other frequencies are cut at their mean, the mean of
  those above it, and so on; each M holds an equal share of the sales instead of the customers; R and T by quantiles.

Customers who bought once have no interval between purchases: with T as interpurchase time they are T 1 alone, and
the others are cut into 2 to 5. Customers who never bought (only returns) score 1 throughout and are counted apart.

Sources: A. M. Hughes, *Strategic Database Marketing* (quintiles, nested bins); J. R. Miglautsch (2000), Thoughts on
RFM scoring, Journal of Database Marketing 8(1) (bins from behaviour); Zhou, Wei & Xu (2021) and Yeh, Yang & Ting (2009)
(the two meanings of T).
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.rfmt.histograms import cuts, letters
from vinculo.differentiate.settings import Rfmt
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.rfmt import RFMT_EDGES

METHODS = ("quantiles", "nested", "cutpoints", "behaviour")
Reaches = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Edges:
    """The edges of a run: `table` keeps the contract `RFMT_EDGES`, `warnings` are sentences for people.

    `reaches` holds what scoring needs: for each letter the turned values at which scores 2, 3, … begin, one row for
    all customers, or one for each R (F of nested bins) or each R x F (M and T of nested bins).
    """

    table: pa.Table
    warnings: tuple[str, ...]
    reaches: Reaches
    bins: int
    time: str
    weights: tuple[float, float, float, float]

    @property
    def columns(self) -> dict[str, str]:
        """Return the profile column that each letter measures."""
        return letters.columns(self.time)


def cut(engine: Engine, settings: Rfmt, *, translate: Translate = str) -> Edges:
    """Cut the bin edges from the relation `profile`.

    The customers of the profile must be those to be compared: a score is a rank among them, not a quality.

    Parameters
    ----------
    engine
        Holds the relation `profile` (contract `PROFILE`). Temporary relations `rfmt_*` are left in it.
    settings
        Method, bins, meaning of T, weights and cut-points.
    translate
        Says the warnings in another language.

    Returns
    -------
    Edges
        Edges with customers by score: for each letter these add up to the customers of the profile.

    Raises
    ------
    SettingsError
        If a setting makes no sense.
    """
    check(settings)
    rows = cuts.cut(engine, settings)
    table = stored(rows, letters.columns(settings.time))
    warnings = sentences(table, settings=settings, translate=translate)
    return restore(table, settings, warnings=warnings)


def restore(table: pa.Table, settings: Rfmt, *, warnings: tuple[str, ...] = ()) -> Edges:
    """Return edges that were stored, ready to score other customers.

    The settings must be those the edges were cut with. A context of nested bins that held nobody then gives its
    lowest score.

    Raises
    ------
    SettingsError
        If the stored edges measure another T than the settings.
    """
    RFMT_EDGES.require(table.column_names)
    rows = [row for row in table.to_pylist() if row["who"] == "range"]
    found = {row["column_name"] for row in rows if row["letter"] == "time"}
    if found - {letters.TIMES[settings.time]}:
        raise SettingsError(
            "The stored edges measure T by {found}, the setting says {asked}: cut new edges, or set rfmt.time as it "
            "was.",
            found=sorted(found),
            asked=letters.TIMES[settings.time],
        )
    reaches = {letter: thresholds(rows, letter, settings.bins) for letter in letters.LETTERS}
    return Edges(table, warnings, reaches, settings.bins, settings.time, settings.weights)


def check(settings: Rfmt) -> None:
    """Refuse settings that make no sense."""
    if settings.method not in METHODS:
        raise SettingsError(
            "{setting} is {found!r}: choose one of {choices}.",
            setting="rfmt.method",
            found=settings.method,
            choices=tuple(METHODS),
        )
    if settings.time not in letters.TIMES:
        raise SettingsError(
            "{setting} is {found!r}: choose one of {choices}.",
            setting="rfmt.time",
            found=settings.time,
            choices=tuple(letters.TIMES),
        )
    if not 2 <= settings.bins <= 5:
        raise SettingsError("rfmt.bins is {found}: scores go from 1 to 5, so give 2, 3, 4 or 5.", found=settings.bins)
    if len(settings.weights) != 4 or min(settings.weights) < 0 or not sum(settings.weights) > 0:
        raise SettingsError(
            "rfmt.weights is {found!s}: give four weights for R, F, M and T, none negative, not all zero.",
            found=settings.weights,
        )
    if settings.cutpoints and settings.method != "cutpoints":
        raise SettingsError(
            "rfmt.cutpoints are given, but rfmt.method is {found!r}: set it to cutpoints.", found=settings.method
        )
    for letter, points in settings.cutpoints.items():
        check_cutpoints(letter, points, settings)


def check_cutpoints(letter: str, points: tuple[float, ...], settings: Rfmt) -> None:
    """Refuse cut-points of the wrong number or order."""
    if letter not in letters.LETTERS:
        raise SettingsError("rfmt.cutpoints names {found!r}: name {choices}.", found=letter, choices=letters.LETTERS)
    wanted = settings.bins - 1 - (letter == "time" and settings.time == "interpurchase")
    if len(points) != wanted:
        apart = wanted < settings.bins - 1
        raise SettingsError(
            "rfmt.cutpoints for {letter} holds {found} values: {bins} bins need {wanted}, because customers with one "
            "purchase are a bin of their own."
            if apart
            else "rfmt.cutpoints for {letter} holds {found} values: {bins} bins need {wanted}.",
            letter=letter,
            found=len(points),
            bins=settings.bins,
            wanted=wanted,
        )
    if list(points) != sorted(set(points)):
        raise SettingsError(
            "rfmt.cutpoints for {letter} are {found!s}: give them in rising order, each once.",
            letter=letter,
            found=points,
        )


def stored(rows: list[cuts.Row], measured: dict[str, str]) -> pa.Table:
    """Write the edges in the units of their columns, as the contract says."""
    order = {letter: number for number, letter in enumerate(letters.LETTERS)}
    rows = sorted(
        rows,
        key=lambda row: (order[row["letter"]], row["recency_bin"], row["frequency_bin"], row["who"], row["score"]),
    )
    result = []
    for row, following in zip(rows, [*rows[1:], {}], strict=False):
        column = measured[row["letter"]]
        same = row["who"] == "range" and all(
            following.get(key) == row[key] for key in ("letter", "recency_bin", "frequency_bin", "who")
        )
        bounds = (finite(row["reach"]), finite(following["reach"]) if same else None)
        if letters.turned(column) < 0:
            bounds = (minus(bounds[1]), minus(bounds[0]))
        result.append(
            {
                **{key: row[key] for key in ("letter", "recency_bin", "frequency_bin", "score", "who", "customers")},
                "column_name": column,
                "lower": bounds[0],
                "upper": bounds[1],
                "lower_included": letters.turned(column) > 0,
            }
        )
    return pa.Table.from_pylist(result, schema=RFMT_EDGES.schema)


def finite(value: float) -> float | None:
    """Return the value, or nothing where there is no bound."""
    return float(value) if np.isfinite(value) else None


def minus(value: float | None) -> float | None:
    """Turn a bound round."""
    return None if value is None else -value + 0.0


def thresholds(rows: list[cuts.Row], letter: str, bins: int) -> NDArray[np.float64]:
    """Return the turned values at which scores 2 to `bins` begin, a row for each context; unreachable is infinite.

    A score that nobody has begins where the next one begins, so it stays unused.
    """
    mine = [row for row in rows if row["letter"] == letter]
    within = (any(row["recency_bin"] for row in mine), any(row["frequency_bin"] for row in mine))
    reaches = np.full((bins ** sum(within), bins - 1), np.inf)
    done: dict[int, int] = {}
    for row in sorted(mine, key=lambda row: int(row["score"])):
        context = (row["recency_bin"] - 1) * (bins if within[1] else 1) + (row["frequency_bin"] - 1) * within[1]
        context = context if within[0] else 0
        bound = row["lower"] if row["lower_included"] else minus(row["upper"])
        reaches[context, done.get(context, 1) - 1 : row["score"] - 1] = -np.inf if bound is None else bound
        done[context] = row["score"]
    return reaches


def sentences(table: pa.Table, *, settings: Rfmt, translate: Translate) -> tuple[str, ...]:
    """Say where ties left fewer scores than bins, and who could not be cut."""
    rows = [row for row in table.to_pylist() if row["customers"]]
    found = [sentence for letter in letters.LETTERS for sentence in ties(rows, letter, settings, translate)]
    once = sum(row["customers"] for row in rows if row["who"] == "one_purchase")
    if once:
        said = Phrase(
            "{customers:,} customers bought once and have no interval between purchases: their T is 1.",
            customers=once,
        )
        found.append(said.say(translate))
    never_bought = max((row["customers"] for row in rows if row["who"] == "no_purchase"), default=0)
    if never_bought:
        said = Phrase(
            "{customers:,} customers have only returns: their four scores are 1, their segment is No purchases.",
            customers=never_bought,
        )
        found.append(said.say(translate))
    if not any(row["who"] != "no_purchase" for row in rows):
        found.append(translate("Nobody has bought yet, so there are no RFMT edges."))
    return tuple(found)


def ties(rows: list[cuts.Row], letter: str, settings: Rfmt, translate: Translate) -> list[str]:
    """Say that a letter takes fewer scores than there are bins, everywhere or within some cells of nested bins."""
    name = translate(letters.NAMES[letters.columns(settings.time)[letter]])
    mine = [row for row in rows if row["letter"] == letter and row["who"] != "no_purchase"]
    taken = sorted({row["score"] for row in mine})
    if 0 < len(taken) < settings.bins:
        template = translate(
            "{letter} takes {found} of {bins} scores ({scores}): customers with equal values stay together."
        )
        listed = ", ".join(map(str, taken))
        return [template.format(letter=name, found=len(taken), bins=settings.bins, scores=listed)]
    scores = settings.bins - (letter == "time" and settings.time == "interpurchase")
    contexts = Counter((row["recency_bin"], row["frequency_bin"]) for row in mine if row["who"] == "range")
    fewer = sum(number < scores for number in contexts.values())
    if len(contexts) < 2 or not fewer:
        return []
    template = translate(
        "{letter} takes fewer than {scores} scores within {contexts} of {total} cells: "
        "customers with equal values stay together."
    )
    return [template.format(letter=name, scores=scores, contexts=fewer, total=len(contexts))]
