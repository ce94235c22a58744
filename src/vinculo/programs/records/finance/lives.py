"""Lives: what became of points since they were earned, summed by the journal, and what was paid for them.

Sums of a window add to those of the window before it: what a later cut-off needs is read once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from vinculo.programs.finance.cutoffs import Cutoff
from vinculo.programs.records.finance import books
from vinculo.programs.records.finance.books import Head, Window


class Life(NamedTuple):
    """Points earned on one day of which one thing became in one month."""

    unit_id: int
    earned_on: date
    month: date
    grant_class: str
    line: str
    """Issued, redeemed, expired or taken back."""
    points: int
    level: str = ""
    """Of who holds them, on the day on which they were earned, where that was asked for."""


class Price(NamedTuple):
    """What was paid on one day, without what was returned, and how many grants do not tell."""

    unit_id: int
    bought_on: date
    minor: int
    unpriced: int


@dataclass(frozen=True)
class Lives:
    """All that pools and cohorts are made of."""

    lives: tuple[Life, ...]
    prices: tuple[Price, ...]

    def __add__(self, other: "Lives") -> "Lives":
        """Return both, of a window and of the one that follows it."""
        return Lives(self.lives + other.lives, self.prices + other.prices)


def of(heads: Sequence[Head], window: Window, *, prices: bool = True) -> Lives:
    """Return what became of the points of a programme within a window."""
    program, zone = heads[0].program_id, heads[0].zone
    text = f"""WITH {books.query("lives")}
        SELECT unit_id, (earned_at AT TIME ZONE %(zone)s)::date,
            date_trunc('month', happened_at AT TIME ZONE %(zone)s)::date, grant_class, line, sum(amount)::bigint
        FROM lives GROUP BY 1, 2, 3, 4, 5"""
    paid = books.rows(books.query("prices"), program, window, zone=zone) if prices else ()
    return Lives(
        tuple(Life(*each) for each in books.rows(text, program, window, zone=zone)),
        tuple(Price(*each) for each in paid),
    )


def by_level(heads: Sequence[Head], window: Window, *, level_set: int) -> Lives:
    """Return the same without prices, by the level in a set on the day on which points were earned."""
    program, zone = heads[0].program_id, heads[0].zone
    text = f"""WITH {books.query("lives")}, {books.query("levels")}, dated AS (
            SELECT unit_id, (earned_at AT TIME ZONE %(zone)s)::date AS earned_on,
                date_trunc('month', happened_at AT TIME ZONE %(zone)s)::date AS month, grant_class, line, amount,
                member_id
            FROM lives
        )
        SELECT unit_id, earned_on, month, grant_class, line, sum(amount)::bigint, coalesce(held.code, '')
        FROM dated LEFT JOIN held ON held.member_id = dated.member_id AND dated.earned_on >= held.since
            AND (held.until IS NULL OR dated.earned_on < held.until)
        GROUP BY 1, 2, 3, 4, 5, 7"""
    return Lives(tuple(Life(*each) for each in books.rows(text, program, window, zone=zone, level_set=level_set)), ())


class Read(Protocol):
    """Reads the lives within a window: `of`, or what reads them once for several reports."""

    def __call__(self, heads: Sequence[Head], window: Window, *, prices: bool = True) -> Lives:
        """Return what became of the points of a programme within a window."""


class Once:
    """Reads what lies between some cut-offs once, for all reports whose windows begin and end there."""

    def __init__(self, cuts: Iterable[Cutoff]) -> None:
        self.cuts = [books.BEGINNING, *sorted(set(cuts), key=lambda cut: cut.until)]
        self.pieces: dict[int, Lives] = {}

    def __call__(self, heads: Sequence[Head], window: Window, *, prices: bool = True) -> Lives:
        """Return what became of the points of a programme within a window, prices in any case."""
        found = Lives((), ())
        for place in range(self.cuts.index(window.since), self.cuts.index(window.until)):
            if place not in self.pieces:
                self.pieces[place] = of(heads, Window(self.cuts[place + 1], self.cuts[place]))
            found += self.pieces[place]
        return found
