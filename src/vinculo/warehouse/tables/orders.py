"""Orders: what comes in, line by line, and what it becomes, day by day."""

from vinculo.warehouse.tables.contract import Column, Table

LINE_KINDS = (
    *("future", "after_as_of", "other_currency", "adjustment", "guest", "not_goods", "zero_price", "cancellation"),
    *("return", "sale"),
)
"""How a line may be recognised: the first that applies. Sales, returns and cancellations make profiles."""

ORDER_LINES = Table(
    "order_lines",
    "one line of an order, as read, converted and recognised; rejected rows are not here",
    (
        Column("line_number", "integer", "row in the source, counted as a spreadsheet does (the header is row 1)"),
        Column("order_id", "text", "order, invoice or ticket", nullable=True),
        Column("customer_id", "text", "customer; null for a guest sale", nullable=True),
        Column("happened_at", "timestamp", "when the purchase or return took place"),
        Column("product_id", "text", "product code", nullable=True),
        Column("product_name", "text", "product name", nullable=True),
        Column("category", "text", "product category", nullable=True),
        Column("channel", "text", "sales channel or shop", nullable=True),
        Column("country", "text", "country of the customer", nullable=True),
        Column("segment", "text", "any grouping of the company's own", nullable=True),
        Column("quantity", "number", "pieces; negative when returned"),
        Column(
            "gross_minor",
            "integer",
            "price times quantity before discount; negative when returned",
            "minor units",
        ),
        Column("discount_minor", "integer", "discount granted, positive", "minor units"),
        Column("net_minor", "integer", "gross less discount; negative when returned", "minor units"),
        Column(
            "cost_minor",
            "integer",
            "cost of the goods; null when the data do not hold it",
            "minor units",
            nullable=True,
        ),
        Column("line_kind", "text", "how the line was recognised: " + ", ".join(LINE_KINDS)),
    ),
)

LINE_COUNTS = Table(
    "line_counts",
    "one way a line of the source was recognised; the lines of all rows add up to the lines of the source",
    (
        Column("line_kind", "text", "how the lines were recognised"),
        Column("lines", "integer", "lines so recognised"),
        Column("net_minor", "integer", "their net amount", "minor units", nullable=True),
        Column("treatment", "text", "what was done with them, in one sentence"),
    ),
)

SET_ASIDE_LINES = Table(
    "set_aside_lines",
    "one line that was not used: it could not be read (rejected), adds up the others (total) or "
    "repeats another (duplicate)",
    (
        Column("line_number", "integer", "row in the source, counted as a spreadsheet does (the header is row 1)"),
        Column("reason", "text", "rejected, total or duplicate"),
        Column("column_name", "text", "the source column at fault", nullable=True),
        Column("found", "text", "what was found there", nullable=True),
        Column("expected", "text", "what would be right"),
    ),
)

CUSTOMER_DAYS = Table(
    "customer_days",
    "one customer on one day with at least one sale or return, up to as_of; each file sorted by customer and day",
    (
        Column("customer_id", "text", "customer"),
        Column("day", "date", "day of the sales and returns"),
        Column("sale_lines", "integer", "lines sold; the day is a purchase day when above 0"),
        Column("return_lines", "integer", "lines returned or cancelled"),
        Column("quantity", "number", "pieces sold", "pieces"),
        Column("gross_minor", "integer", "sales before discount", "minor units"),
        Column("discount_minor", "integer", "discounts granted on the sales", "minor units"),
        Column("sales_minor", "integer", "sales after discount, before returns", "minor units"),
        Column("returns_minor", "integer", "value returned, positive", "minor units"),
        Column(
            "cost_minor",
            "integer",
            "cost of goods sold less that of goods returned, assumed where unknown",
            "minor units",
        ),
        Column(
            "first_hour",
            "integer",
            "hour of day of the first sale; null when the data hold dates only",
            "0 to 23",
            nullable=True,
        ),
    ),
)
