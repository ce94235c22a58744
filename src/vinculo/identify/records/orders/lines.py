"""Lines of an order file: those that are new put in, those that are there left alone, returns linked to their sales."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vinculo.identify.orders import returns
from vinculo.identify.records.orders import passage
from vinculo.identify.records.orders.entities import Meeting
from vinculo.warehouse.duck import DuckEngine

TRADED = "('sale', 'return', 'cancellation')"
"""Kinds of lines that are sold or brought back by somebody."""
_TABLE = """identify_orderline (id, order_id, customer_id, product_id, happened_at, line_key, line_kind, description,
quantity, gross_minor, discount_minor, net_minor, cost_minor, returns_line_id, import_id, row_number)"""
MANY = 100_000
"""Lines from which it is worth asking whether they are more than the store holds."""
STANDING = {
    "id": "BIGINT",
    "order_id": "BIGINT",
    "line_key": "VARCHAR",
    "customer_id": "BIGINT",
    "happened_at": "TIMESTAMP",
    "cost_minor": "BIGINT",
    "by_file": "BOOLEAN",
}
_STANDING = """
SELECT line.id, line.order_id, line.line_key, line.customer_id, line.happened_at AT TIME ZONE 'UTC', line.cost_minor,
    line.import_id IS NOT NULL
FROM sent JOIN identify_orderline AS line ON line.order_id = sent.key::bigint AND line.superseded_by_id IS NULL
"""
PAIRS = {
    "id": "BIGINT",
    "order_id": "BIGINT",
    "customer_id": "BIGINT",
    "product_id": "BIGINT",
    "happened_at": "TIMESTAMP",
    "quantity": "DECIMAL(18, 4)",
    "number": "VARCHAR",
    "line_key": "VARCHAR",
    "linked": "BIGINT",
    "told": "BOOLEAN",
}
HISTORY = f"""
SELECT line.id, line.order_id, line.customer_id, line.product_id, line.happened_at AT TIME ZONE 'UTC', line.quantity,
    placed.number, line.line_key, line.returns_line_id,
    line.import_id IS NULL AND line.returns_line_id IS NOT NULL
FROM sent JOIN identify_order AS placed ON placed.customer_id = sent.key::bigint
JOIN identify_orderline AS line ON line.order_id = placed.id
WHERE line.superseded_by_id IS NULL AND line.product_id IS NOT NULL AND line.customer_id = placed.customer_id
    AND line.line_kind IN {TRADED}
"""


@dataclass(frozen=True)
class Put:
    """What became of the lines of a file."""

    new: int
    updated: int
    unchanged: int
    returns_linked: int = 0


def put(meeting: Meeting, *, complete: bool) -> Put:
    """Put the lines of `arrived` in that are not there yet.

    A line that is there is left as it is, and so is an order that came by another door. When the file holds `complete`
    orders, lines of theirs that it does not hold are superseded, and so are those it holds with another customer,
    moment or cost.
    """
    engine = meeting.engine
    standing(meeting)
    engine.run(
        """
        CREATE OR REPLACE VIEW coming AS
        SELECT arrived.* EXCLUDE (customer_id, product_id), orders.id AS order_id, customers.id AS customer_id,
            products.id AS product_id, product_name AS description, orders.fresh
        FROM arrived JOIN order_numbers AS orders ON orders.key = arrived.number
        LEFT JOIN customer_numbers AS customers ON customers.key = arrived.customer_id
        LEFT JOIN product_numbers AS products ON products.key = arrived.product_id
        """,
    )
    same = "standing.order_id = coming.order_id AND standing.line_key = coming.line_key"
    if complete:
        same += " AND (standing.customer_id, standing.happened_at, standing.cost_minor) IS NOT DISTINCT FROM "
        same += "(coming.customer_id, coming.happened_at, coming.cost_minor)"
    superseded, replaced = supersede(meeting, same) if complete else (0, 0)
    unknown = f"coming ANTI JOIN standing ON {same}"
    if not complete:
        # An order that came by another door is that order: a file that has it too adds nothing.
        unknown += " ANTI JOIN (SELECT order_id FROM standing WHERE NOT by_file) AS other ON "
        unknown += "other.order_id = coming.order_id"
    total = passage.number(engine, "SELECT count(*) FROM arrived")
    count, numbers = number(meeting, unknown)
    history(meeting)
    store(meeting, count)
    linked = passage.number(
        engine, f"SELECT count(*) FROM return_links WHERE id BETWEEN {numbers.start} AND {numbers.stop - 1}"
    )
    return Put(count - replaced, superseded, total - count, linked)


def store(meeting: Meeting, count: int) -> None:
    """Put the new lines in: first what was sold, while it is looked up which sale each return belongs to.

    Lines that are more than the store holds are indexed at once when they are in: half the time, for which nobody else
    can read lines.
    """
    many = count >= MANY and asked(meeting, "SELECT identify_lines_unindex(%s)", count)
    columns = (
        "new_lines.id, order_id, customer_id, product_id, happened_at, line_key, line_kind, description, pieces, "
        f"gross_minor, discount_minor, net_minor, cost_minor, {{sale}}, {meeting.arrival.import_id}, line_number"
    )
    sold = f"SELECT {columns.format(sale='NULL')} FROM new_lines WHERE pieces >= 0"
    back = f"SELECT {columns.format(sale='returns_line_id')} FROM new_lines LEFT JOIN return_links USING (id)"
    with ThreadPoolExecutor(1) as beside:
        linked = beside.submit(link, meeting.engine)
        passage.send(meeting.cursor, meeting.engine.beside(), table=_TABLE, query=sold, form=passage.BINARY)
        linked.result()
    returned = f"{back} WHERE pieces < 0"
    passage.send(meeting.cursor, meeting.engine, table=_TABLE, query=returned, form=passage.BINARY)
    mend(meeting)
    if many:
        asked(meeting, "SELECT identify_lines_index()")


def asked(meeting: Meeting, query: str, *values: int) -> bool:
    """Return whether the store answers a question with yes."""
    row = meeting.cursor.execute(query, values).fetchone()
    return bool(row and row[0])


def number(meeting: Meeting, unknown: str) -> tuple[int, range]:
    """Create `new_lines`, numbered in the order of their rows; return how many there are and the numbers taken."""
    engine = meeting.engine
    # Where no line was there before, every line is new, and nothing need be joined to count them.
    counted = numbered = "unknown_lines"
    if passage.number(engine, "SELECT count(*) FROM standing"):
        engine.run(f"CREATE OR REPLACE TABLE unknown_lines AS SELECT * FROM {unknown}")
    else:
        counted, numbered = "arrived", "coming"
    (span,) = engine.rows(
        "SELECT count(*) AS lines, coalesce(min(line_number), 1) AS first, coalesce(max(line_number), 0) AS last "
        f"FROM {counted}"
    ).to_pylist()
    length = span["last"] - span["first"] + 1
    lowest = passage.allot(meeting.cursor, "identify_orderline", length) if length else 0
    engine.run(
        f"CREATE OR REPLACE VIEW new_lines AS SELECT {lowest} + line_number - {span['first']} AS id, * FROM {numbered}"
    )
    return int(span["lines"]), range(lowest, lowest + length)


def standing(meeting: Meeting) -> None:
    """Create `standing`: the lines in force of the orders that were there before."""
    meeting.known("SELECT id FROM order_numbers WHERE NOT fresh", _STANDING, STANDING)
    meeting.engine.run("CREATE OR REPLACE TEMP TABLE standing AS SELECT * FROM known")


def supersede(meeting: Meeting, same: str) -> tuple[int, int]:
    """Put lines out of force that a file of complete orders does not hold; return how many, and how many come again."""
    meeting.engine.materialise("superseded", f"SELECT id, order_id, line_key FROM standing ANTI JOIN coming ON {same}")
    meeting.cursor.execute("CREATE TEMP TABLE IF NOT EXISTS gone (id bigint, order_id bigint) ON COMMIT DROP")
    meeting.cursor.execute("TRUNCATE gone")
    count = meeting.send("gone (id, order_id)", "SELECT id, order_id FROM superseded")
    meeting.cursor.execute("ANALYZE gone")
    meeting.cursor.execute(
        "UPDATE identify_orderline AS line SET superseded_by_id = %s FROM gone "
        "WHERE line.order_id = gone.order_id AND line.id = gone.id",
        [meeting.arrival.import_id],
    )
    again = "SELECT count(*) FROM superseded SEMI JOIN coming USING (order_id, line_key)"
    return count, passage.number(meeting.engine, again)


def history(meeting: Meeting) -> None:
    """Create `known`: what was bought before by the customers who were there before and buy now."""
    meeting.known(
        f"""
        SELECT DISTINCT customer_id FROM new_lines SEMI JOIN (
            SELECT id FROM customer_numbers ANTI JOIN newcomers_of_customers USING (id)
        ) AS old ON old.id = customer_id WHERE line_kind IN {TRADED} AND product_id IS NOT NULL
        """,
        HISTORY,
        PAIRS,
    )


def link(engine: DuckEngine) -> None:
    """Create `return_links` for the new lines and those of `known`."""
    pair = "customer_id, product_id"
    engine.materialise(
        "pair_lines",
        f"""
        SELECT * FROM (
            SELECT id, order_id, {pair}, happened_at, pieces AS quantity, number, line_key, NULL AS linked,
                FALSE AS told
            FROM new_lines
            WHERE line_kind IN {TRADED} AND customer_id IS NOT NULL AND product_id IS NOT NULL
            UNION ALL SELECT * FROM known SEMI JOIN new_lines USING ({pair})
        ) AS lines SEMI JOIN (
            SELECT {pair} FROM new_lines WHERE pieces < 0 UNION SELECT {pair} FROM known WHERE quantity < 0
        ) AS touched USING ({pair})
        """,
    )
    returns.link(engine)


def mend(meeting: Meeting) -> None:
    """Write the links of lines of the store that are not what they should be."""
    changed = """
        SELECT known.id, known.order_id, made.returns_line_id FROM known SEMI JOIN pair_lines USING (id)
        LEFT JOIN return_links AS made USING (id)
        WHERE NOT known.told AND known.linked IS DISTINCT FROM made.returns_line_id
    """
    if not passage.number(meeting.engine, f"SELECT count(*) FROM ({changed})"):
        return
    meeting.cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS mended (id bigint, order_id bigint, sale bigint) ON COMMIT DROP"
    )
    meeting.cursor.execute("TRUNCATE mended")
    meeting.send("mended (id, order_id, sale)", changed)
    meeting.cursor.execute("ANALYZE mended")
    meeting.cursor.execute(
        "UPDATE identify_orderline AS line SET returns_line_id = mended.sale FROM mended "
        "WHERE line.order_id = mended.order_id AND line.id = mended.id"
    )
