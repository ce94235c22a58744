"""Blocks: what a chapter is made of. They hold finished words; the template sets them and escapes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True)
class Text:
    """A paragraph: plain, lead (larger), statement (set apart), note (smaller) or warning."""

    kind: ClassVar[str] = "text"
    words: str
    tone: str = "plain"


@dataclass(frozen=True)
class Heading:
    """A heading below that of the chapter."""

    kind: ClassVar[str] = "heading"
    words: str


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    kind: ClassVar[str] = "points"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table in words: columns named in `numbers` are set to the right, the last row may be a sum."""

    kind: ClassVar[str] = "sheet"
    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    summed: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart with the finding as its title, a note, and the figures behind it as a table."""

    kind: ClassVar[str] = "figure"
    name: str
    finding: str
    narrow: Markup
    note: str
    sheet: Sheet
    wide: Markup | None = None


@dataclass(frozen=True)
class Pair:
    """Two figures that stand side by side where there is room."""

    kind: ClassVar[str] = "pair"
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Facts:
    """Terms and what they are, set as a definition list."""

    kind: ClassVar[str] = "facts"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Folded:
    """What only some readers want: folded away behind a summary."""

    kind: ClassVar[str] = "folded"
    summary: str
    blocks: tuple["Block", ...]


Block = Text | Heading | Points | Sheet | Figure | Pair | Facts | Folded


@dataclass(frozen=True)
class Chapter:
    """A question of the reader and its answer; `short` stands in the table of contents."""

    name: str
    title: str
    short: str
    blocks: tuple[Block, ...] = field(default=())


def sheet(
    name: str,
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    texts: int = 1,
    summed: bool = False,
) -> Sheet:
    """Return a table whose first `texts` columns are text and the others numbers."""
    numbers = frozenset(range(texts, len(columns)))
    return Sheet(name, caption, tuple(columns), tuple(tuple(row) for row in rows), numbers, summed)
