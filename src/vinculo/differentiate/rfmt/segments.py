"""Named segments: ordered rules on the four scores, first match wins, every cell covered.

The names are those of the RFM tradition. Two checks make them trustworthy: every one of the 625 cells must have a
name, and a rule that can never match, because earlier ones take all its cells, is pointed out. Rules speak of scores
1 to 5; with fewer bins a score stands for its place on that scale (with three bins 1, 3 and 5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.rfmt import scores
from vinculo.differentiate.settings import Rfmt
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase

Range = tuple[int, int]
ANY: Range = (1, 5)


class UncoveredCellsError(SettingsError):
    """Some cells of RFMT match no rule: add a rule that takes whatever is left."""

    code = "rfmt.uncovered_cells"


@dataclass(frozen=True)
class Rule:
    """One rule: customers whose scores lie in all four ranges (both ends included) belong to the segment.

    `code` is stored in tables and never changes, `name` and `meaning` are English and translated for people. Several
    rules may lead to one segment.
    """

    letters: ClassVar[tuple[str, ...]] = ("recency", "frequency", "monetary", "time")

    code: str
    name: str
    meaning: str
    recency: Range = ANY
    frequency: Range = ANY
    monetary: Range = ANY
    time: Range = ANY

    def matches(self, cells: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return which cells (rows of R, F, M, T on the scale of 1 to 5) lie in all four ranges."""
        ranges = np.array([getattr(self, letter) for letter in self.letters])
        return np.asarray(((cells >= ranges[:, 0]) & (cells <= ranges[:, 1])).all(axis=1))


NO_PURCHASE = Rule("no_purchase", "No purchases", "Only returns are in the data: never seen buying.")
_QUIET = "Good customers who have been quiet for longer than their history suggests."

RULES = (
    Rule("champions", "Champions", "Bought lately, buy often and spend most.", (4, 5), (4, 5), (4, 5)),
    Rule(
        "cannot_lose", "Cannot lose", "Were among the best in frequency and spend, and stopped.", (1, 2), (4, 5), (4, 5)
    ),
    # A short interval between purchases, or a long acquaintance, makes middling recency a bad sign.
    Rule("need_attention", "Need attention", _QUIET, (3, 3), (3, 5), ANY, (5, 5)),
    Rule("loyal", "Loyal", "Buy often and are still buying.", (3, 5), (4, 5)),
    Rule(
        "potential_loyalist",
        "Potential loyalists",
        "Bought lately and more than once: loyalty is in reach.",
        (4, 5),
        (2, 3),
    ),
    Rule("promising", "Promising", "Bought lately, so far once or seldom, and spent well.", (4, 5), (1, 1), (4, 5)),
    Rule("new", "New", "Bought lately, so far once or seldom.", (4, 5), (1, 1)),
    Rule("need_attention", "Need attention", _QUIET, (3, 3), (2, 3), (3, 5)),
    Rule("about_to_sleep", "About to sleep", "Bought seldom or little, and not lately.", (3, 3)),
    Rule("at_risk", "At risk", "Bought often or spent well, but long ago.", (1, 2), (3, 5)),
    Rule("at_risk", "At risk", "Bought often or spent well, but long ago.", (1, 2), (2, 2), (4, 5)),
    Rule("hibernating", "Hibernating", "Bought seldom, and long ago.", (2, 2)),
    Rule("lost", "Lost", "Bought seldom, and longest ago.", (1, 1)),
)


@dataclass(frozen=True)
class Naming:
    """The segment of every cell: `codes` lists the segments in the order of their rules, `of_cell` points into it."""

    codes: tuple[str, ...]
    of_cell: NDArray[np.int16]
    bins: int
    warnings: tuple[str, ...] = ()

    def segment(self, code: str) -> str:
        """Return the segment of a written code, such as `5421`.

        >>> name_cells().segment("5555")
        'champions'
        """
        one = [np.array([int(digit)], np.int8) for digit in code]
        return self.codes[int(self.of_cell[scores.cell(*one, bins=self.bins)[0]])]


def name_cells(rules: Sequence[Rule] = RULES, *, bins: int = 5, translate: Translate = str) -> Naming:
    """Give every cell of RFMT its segment: the first rule that matches.

    Raises
    ------
    UncoveredCellsError
        Naming the cells that no rule matches.
    SettingsError
        If a rule has a range that is no range.

    >>> name_cells().segment("5511")
    'loyal'
    """
    for rule in rules:
        check(rule)
    cells = scores.cells(bins)
    on_five = np.round((cells - 1) * (4 / (bins - 1)) + 1).astype(np.int8)
    matches = np.array([rule.matches(on_five) for rule in rules]).reshape(len(rules), len(cells))
    covered = matches.any(axis=0)
    if not covered.all():
        raise uncovered(cells[~covered], bins)
    first = matches.argmax(axis=0) if len(rules) else np.zeros(len(cells), np.int64)
    codes = tuple(dict.fromkeys([rule.code for rule in rules] + [NO_PURCHASE.code]))
    number = np.array([codes.index(rule.code) for rule in rules], np.int16)
    warnings = shadowed(rules, used=set(first.tolist()), translate=translate) if bins == 5 else ()
    return Naming(codes, number[first], bins, warnings)


def of(settings: Rfmt, *, translate: Translate = str) -> Naming:
    """Give every cell its segment by the company's own rules where the settings hold some, else by those of RFM.

    Raises
    ------
    UncoveredCellsError, SettingsError
        As `read` and `name_cells` do.

    >>> of(Rfmt(segments=({"code": "vip", "recency": [4, 5]}, {"code": "rest"}))).segment("5511")
    'vip'
    """
    return name_cells(read(settings.segments) or RULES, bins=settings.bins, translate=translate)


def assign(found: Mapping[str, Any], naming: Naming) -> pa.Array:
    """Return the segment code of each customer (Arrow text) from what `scores.score` returned.

    Customers without a purchase are `no_purchase`, whatever the rules say.
    """
    cells = scores.cell(*(found[column] for column in scores.COLUMNS), bins=naming.bins)
    segments = naming.of_cell[cells]
    segments[~found["has_purchase"]] = naming.codes.index(NO_PURCHASE.code)
    return pa.array(naming.codes).take(pa.array(segments))


def names(rules: Sequence[Rule] = RULES, *, translate: Translate = str) -> dict[str, tuple[str, str]]:
    """Return the name and the meaning of each segment code, for people, in the order of the rules.

    >>> names()["lost"]
    ('Lost', 'Bought seldom, and longest ago.')
    """
    return {rule.code: (translate(rule.name), translate(rule.meaning)) for rule in (*rules, NO_PURCHASE)}


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Read a company's own rules, as a settings file holds them, in the order in which they are tried.

    Raises
    ------
    SettingsError
        If a rule lacks its code, holds an unknown entry, or has a range that is no range.

    >>> read([{"code": "vip", "recency": [4, 5]}, {"code": "rest", "name": "All others"}])[0].recency
    (4, 5)
    """
    rules = []
    for row in rows:
        unknown = set(row) - {"code", "name", "meaning", *Rule.letters}
        if unknown or not row.get("code"):
            raise SettingsError(
                "A segment rule is {found}: give it a code and, if you like, a name, a meaning and ranges for "
                "{letters}.",
                found=dict(row),
                letters=Rule.letters,
            )
        given = {letter: row[letter] for letter in Rule.letters if letter in row}
        ranges = {letter: tuple(scale) if isinstance(scale, list) else scale for letter, scale in given.items()}
        code = str(row["code"])
        rule = Rule(code, str(row.get("name", code)), str(row.get("meaning", "")), **ranges)
        check(rule)
        rules.append(rule)
    return tuple(rules)


def check(rule: Rule) -> None:
    """Refuse a range that is no range of scores."""
    for letter in Rule.letters:
        scale = getattr(rule, letter)
        if (
            not isinstance(scale, tuple)
            or len(scale) != 2
            or not all(isinstance(end, int) for end in scale)
            or not 1 <= scale[0] <= scale[1] <= 5
        ):
            raise SettingsError(
                "The segment rule {rule!r} has {found!s} for {letter}: give the lowest and the highest score, whole "
                "numbers from 1 to 5.",
                rule=rule.code,
                found=scale,
                letter=letter,
            )


def uncovered(cells: NDArray[np.int8], bins: int) -> UncoveredCellsError:
    """Name the cells without a rule: by R, F and M alone where T makes no difference."""
    written = ["".join(map(str, scores)) for scores in cells.tolist()]
    triples = list(dict.fromkeys(code[:3] for code in written))
    named = [f"{code}*" for code in triples] if len(written) == len(triples) * bins else written
    more = Phrase("{shown} and {more} more", shown=named[:12], more=len(named) - 12)
    return UncoveredCellsError(
        "{count} cells of RFMT match no segment rule ({listed}): add a last rule without ranges for the rest.",
        count=len(written),
        listed=more if len(named) > 12 else named,
        cells=written,
    )


def shadowed(rules: Sequence[Rule], *, used: set[int], translate: Translate) -> tuple[str, ...]:
    """Say which rules can never match because earlier ones take all their cells."""
    template = translate("Segment rule {number} ({code}) can never match: earlier rules take all its cells.")
    return tuple(
        template.format(number=number, code=rule.code) for number, rule in enumerate(rules, 1) if number - 1 not in used
    )
