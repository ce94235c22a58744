"""Arriving lines: what a line is told by, so that the same line twice is one line, whichever file it comes in.

An order is told by its number; lines without one belong to an order of their customer and moment, numbered with a
tilde. Within its order a line is told by what was sold, how much of it and for how much: the day, the name of the
customer or the country may be written otherwise in the next export. Lines alike in that are told by their place among
their like. Two lines of a numbered order that agree in every column are one line written twice.
"""

import hashlib
from decimal import Decimal
from pathlib import Path

from vinculo.warehouse.duck import DuckEngine, quote
from vinculo.warehouse.reading import recognition

UNNUMBERED = "~"
"""Begins the number of an order that the file does not number."""
_TOLD_BY = "coalesce(product_id, product_name, ''), pieces, gross_minor, discount_minor, net_minor"
_LIKENESS = f"left(md5(concat_ws('|', {_TOLD_BY})), 16)"
LONGEST = {"order_id": 1000, "customer_id": 1000, "product_id": 1000, "category": 640, "channel": 640}
"""Bytes of the codes by which things are looked up: an index holds no more."""
TOO_LONG = " OR ".join(f"coalesce(strlen({name}) > {most}, FALSE)" for name, most in LONGEST.items())
KEPT = (
    *("line_number", "number", "line_key", "customer_id", "happened_at", "product_id", "product_name", "category"),
    *("channel", "country", "pieces", "gross_minor", "discount_minor", "net_minor", "cost_minor", "line_kind"),
)
"""Columns of `arrived`."""


def likeness(thing: str, pieces: Decimal, gross_minor: int, discount_minor: int, net_minor: int) -> str:
    """Return what one line is told by, as `arrange` works it out for those of a file.

    >>> likeness("A1", Decimal(2), 500, 0, 500)
    'a921947a95e10534'
    """
    told_by = f"{thing}|{pieces:.4f}|{gross_minor}|{discount_minor}|{net_minor}"
    return hashlib.md5(told_by.encode(), usedforsecurity=False).hexdigest()[:16]


def arrange(engine: DuckEngine) -> tuple[int, int]:
    """Create `arrived` from `order_lines`: every line once, with its order and its key.

    Returns the lines that were written twice, and those with a code too long or more pieces than can be counted.

    Examples
    --------
    >>> import pathlib, tempfile, pyarrow as pa
    >>> from vinculo.warehouse.reading import orders
    >>> sales = pa.table({"Pedido": ["1", "1"], "Cliente": ["7", "7"], "Fecha": ["2021-01-31"] * 2, "Importe": [5, 5]})
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with DuckEngine(folder) as engine:
    ...     report = orders.read(sales, engine=engine)
    ...     arrange(engine), engine.rows("SELECT number, line_kind FROM arrived").to_pylist()
    ((1, 0), [{'number': '1', 'line_kind': 'sale'}])
    """
    moment = "strftime(happened_at, '%Y-%m-%dT%H:%M:%S')"
    nameless = f"'{UNNUMBERED}' || coalesce(customer_id, '') || '{UNNUMBERED}' || {moment}"
    clean = ", ".join(f"{printable(name)} AS {name}" for name in ("customer_id", "product_id", "product_name"))
    # Tables of the base, not of this connection: `keep` reads them beside it.
    engine.run(
        f"""
        CREATE OR REPLACE TABLE lines_read AS
        SELECT *, {_LIKENESS} AS likeness, hash(number, {_TOLD_BY}) AS mark FROM (
            SELECT * REPLACE ({clean}), coalesce(nullif({printable("order_id")}, ''), {nameless}) AS number,
                CASE WHEN NOT ({TOO_LONG}) THEN TRY_CAST(quantity AS DECIMAL(18, 4)) END AS pieces
            FROM order_lines
        )
        """
    )
    # Few lines have their like, so only these are numbered.
    engine.run(
        f"""
        CREATE OR REPLACE TABLE lines_alike AS
        SELECT line_number, CASE WHEN NOT repeats THEN
            row_number() OVER (PARTITION BY number, likeness, repeats ORDER BY line_number) END AS copy
        FROM (
            SELECT line_number, number, likeness, order_id IS NOT NULL AND row_number() OVER (
                PARTITION BY {", ".join(recognition.DUPLICATE_COLUMNS)} ORDER BY line_number) > 1 AS repeats
            FROM lines_read SEMI JOIN (SELECT mark FROM lines_read GROUP BY mark HAVING count(*) > 1) USING (mark)
        )
        """
    )
    kept = ", ".join(f"lines.{name}" for name in KEPT if name != "line_key")
    engine.run(
        f"""
        CREATE OR REPLACE VIEW arrived AS
        SELECT {kept}, lines.likeness || CASE WHEN copy > 1 THEN '#' || copy ELSE '' END AS line_key
        FROM lines_read AS lines LEFT JOIN lines_alike AS alike USING (line_number)
        WHERE pieces IS NOT NULL AND (alike.line_number IS NULL OR copy IS NOT NULL)
        """
    )
    (row,) = engine.rows(
        "SELECT count(pieces) - (SELECT count(*) FROM arrived) AS twice, count(*) - count(pieces) AS huge "
        "FROM lines_read"
    ).to_pylist()
    return int(row["twice"]), int(row["huge"])


def printable(name: str) -> str:
    """Return the SQL of a text without the character that the store does not take."""
    return f"CASE WHEN contains({name}, chr(0)) THEN replace({name}, chr(0), '') ELSE {name} END"


def keep(engine: DuckEngine, folder: Path) -> None:
    """Keep what `arrived` holds in a new folder, where `use` finds it."""
    engine.write(folder, "SELECT * FROM arrived")


def use(engine: DuckEngine, folder: Path, *, only: str = "") -> None:
    """Create `arrived` over lines that were kept; `only` names a relation with the numbers of the orders wanted."""
    wanted = f" SEMI JOIN {only} USING (number)" if only else ""
    engine.run(
        f"CREATE OR REPLACE VIEW arrived AS SELECT * FROM read_parquet({quote(str(folder / '*.parquet'))}){wanted}"
    )
