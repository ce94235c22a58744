"""Products: one row of a file becomes one clean record, its categories joined into a path."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from babel.numbers import is_currency

from vinculo.foundation import money
from vinculo.identify.cleaning import cleaned, texts, totals
from vinculo.identify.cleaning.cleaned import Cleaned
from vinculo.identify.parties import customers, issues, lengths

MONEY = ("list_price", "unit_cost")
COLUMNS = ("name", "category", "list_price_minor", "unit_cost_minor", "currency")
"""Columns of a clean record of a product."""
SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("source_key", pa.string()),
        *((name, pa.string()) for name in COLUMNS),
        ("fault", pa.string()),
        ("noted", pa.string()),
    ]
)
PATH_MARK = " / "
_MARKS = re.compile(r"\s*(?:>|»|\||→|\\|::)\s*|\s+/\s+")
_SYMBOLS = {"€": "EUR", "£": "GBP", "$": "USD", "US$": "USD", "EURO": "EUR", "EUROS": "EUR"}
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Cleaner:
    """Cleans rows of products."""

    key: str
    currency: str
    """Currency of rows that name none."""
    heading: str = ""
    """What the header calls the key: a row that says the same is the header once more."""
    emptied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that an empty cell empties, each with the targets it comes from."""

    def __call__(self, table: pa.Table) -> pa.Table:
        """Clean a batch of rows."""
        columns = [column.to_pylist() for column in table.columns]
        suspects = lengths.exceeded(table)
        rows = [
            self.row(dict(zip(table.column_names, cells, strict=True)), suspects)
            for cells in zip(*columns, strict=True)
        ]
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def row(self, given: Row, suspects: frozenset[str] = frozenset()) -> dict[str, object]:
        """Return the clean record of one row; `suspects` are the columns in which a cell may be too long."""
        noted: list[dict[str, str]] = []
        given = lengths.kept(given, suspects, noted)

        def keep(target: str, found: Cleaned) -> str | None:
            if found.note:
                noted.append(issues.entry(target, found.note, given.get(target), found.suggestion))
            return found.value

        clean: dict[str, str | None] = {"name": named(given.get("name"))}
        clean["category"] = category_path(*(given.get(name) for name in ("category", "category_2", "category_3")))
        code = keep("currency", currency(given.get("currency"))) or self.currency
        for target in MONEY:
            if given.get(target) and (read := keep(target, amount(given.get(f"{target}_read")))):
                clean[f"{target}_minor"] = str(money.to_minor(read, code))
                clean["currency"] = code
        clean |= customers.emptied(given, clean, self.emptied)
        key = customers.key_text(given.get(self.key))
        if key == self.heading:
            key = None
        if key and len(key) > lengths.KEY:
            noted.append(issues.entry(self.key, cleaned.LONG, key, ""))
            key = None
        if total := totals.word(given, clean, self.key):
            key, noted = None, [issues.entry(self.key, cleaned.TOTAL, total, "")]
        if not key and not any(entry["t"] == self.key for entry in noted):
            noted.append(issues.entry(self.key, cleaned.MISSING, given.get(self.key), ""))
        return {
            "row_number": given["row_number"],
            "source_key": key,
            **clean,
            "fault": None if key else self.key,
            "noted": json.dumps(noted, ensure_ascii=False) if noted else None,
        }


def named(text: str | None) -> str | None:
    r"""Return the name of a product as its shop writes it, and orders too: only what cannot be seen goes.

    >>> named(" WRAP  PINK FLOCK "), named("Taza\u200b \n roja"), named(None)
    ('WRAP  PINK FLOCK', 'Taza roja', None)
    """
    tidied, written = texts.tidy(text), (text or "").strip(" ")
    same = written.isprintable() and written.split() == tidied.split()
    return (written if same else tidied) or None


def category_path(*levels: str | None) -> str | None:
    """Return the path of a category from the widest, its parts joined by ` / `.

    >>> category_path("Hogar > Cocina", None, "Ollas"), category_path(None), category_path("Pan/Bollería")
    ('Hogar / Cocina / Ollas', None, 'Pan/Bollería')
    """
    parts = [part for level in levels for part in _MARKS.split(texts.tidy(level)) if not texts.meaningless(part)]
    kept = [part for place, part in enumerate(parts) if place == 0 or part != parts[place - 1]]
    return PATH_MARK.join(kept) or None


def amount(read: str | None) -> Cleaned:
    """Return an amount that was read; what costs less than nothing was misread."""
    if read is None or read.startswith("-"):
        return Cleaned(None, cleaned.UNREADABLE)
    return Cleaned(read)


def currency(text: str | None) -> Cleaned:
    """Read a currency by its code or its sign.

    >>> currency("€").value, currency("gbp").value, currency("pesetas?").note
    ('EUR', 'GBP', 'unreadable')
    """
    tidied = texts.tidy(text).upper()
    if texts.meaningless(tidied):
        return cleaned.NOTHING
    code = _SYMBOLS.get(tidied, tidied)
    return Cleaned(code) if is_currency(code) else Cleaned(None, cleaned.UNREADABLE)
