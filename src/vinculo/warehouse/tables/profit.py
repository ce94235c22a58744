"""Profit: what each customer has earned the company, how unequal that is, and how stable."""

from vinculo.warehouse.tables.contract import Column, Table

COST_KINDS = ("contacts", "deliveries", "returns_handling", "commissions", "other")
LEDGER_LINES = (
    "gross_sales",
    "discounts",
    "returns",
    "net_sales",
    "cost_of_goods",
    "margin",
    "contacts",
    "deliveries",
    "returns_handling",
    "commissions",
    "other",
    "cost_to_serve",
    "contribution",
)
_SCOPE = (
    Column("dimension", "text", "what the customers are cut by; all for everybody"),
    Column("dimension_value", "text", "the value of that dimension; all for everybody", nullable=True),
)
_MEASURE = Column("measure", "text", "the amount that is ranked: contribution or net_sales")

CUSTOMER_COSTS = Table(
    "customer_costs",
    "one cost of serving one customer, as it was booked; optional",
    (
        Column("customer_id", "text", "customer"),
        Column("kind", "text", "one of " + ", ".join(COST_KINDS)),
        Column("happened_on", "date", "day of the cost"),
        Column("cost_minor", "integer", "cost, positive", "minor units"),
    ),
)

LEDGER = Table(
    "ledger",
    "one customer of the profile: gross sales down to contribution, up to and including as_of",
    (
        Column("customer_id", "text", "customer"),
        Column("gross_sales_minor", "integer", "sales before discount", "minor units"),
        Column("discounts_minor", "integer", "discounts granted", "minor units"),
        Column("returns_minor", "integer", "value returned, positive", "minor units"),
        Column("net_sales_minor", "integer", "gross sales less discounts and returns", "minor units"),
        Column("cost_of_goods_minor", "integer", "cost of goods sold less returned", "minor units"),
        Column("margin_minor", "integer", "net sales less cost of goods", "minor units"),
        Column("contacts_cost_minor", "integer", "calls, mailings and visits", "minor units"),
        Column("deliveries_cost_minor", "integer", "deliveries, one for each purchase day", "minor units"),
        Column(
            "returns_handling_cost_minor", "integer", "handling of returns, once for each return day", "minor units"
        ),
        Column("commissions_cost_minor", "integer", "commissions on sales after discount", "minor units"),
        Column("other_cost_minor", "integer", "costs of other kinds; known from actual costs only", "minor units"),
        Column("cost_to_serve_minor", "integer", "the five costs together", "minor units"),
        Column("contribution_minor", "integer", "past profit: margin less cost to serve", "minor units"),
    ),
)

LEDGER_TOTALS = Table(
    "ledger_totals",
    "one line of the waterfall from gross sales to contribution",
    (
        *_SCOPE,
        Column("step", "integer", "order of the line", "1 to 13"),
        Column("line", "text", "one of " + ", ".join(LEDGER_LINES)),
        Column("kind", "text", "amount (added or taken off) or subtotal (what is left)"),
        Column("customers", "integer", "customers"),
        Column("amount_minor", "integer", "signed total: what is taken off is negative", "minor units"),
        Column("share_of_net_sales", "number", "amount over net sales; null when net sales are not positive", "", True),
        Column("unexplained_minor", "integer", "subtotal less the lines above it: 0 when the ledger reconciles"),
    ),
)

CONCENTRATION = Table(
    "concentration",
    "one ranked amount: how much of it comes from how few",
    (
        *_SCOPE,
        _MEASURE,
        Column("customers", "integer", "customers (or items) ranked"),
        Column("total_minor", "integer", "total amount", "minor units"),
        Column("balance_share", "number", "k*: share p of customers that bring 1 - p of the amount", nullable=True),
        Column("balance_share_low", "number", "lower end of its bootstrap interval", nullable=True),
        Column("balance_share_high", "number", "upper end of its bootstrap interval", nullable=True),
        Column("balance_amount_share", "number", "1 - k*: share of the amount they bring", nullable=True),
        Column("top_fifth_share", "number", "share of the amount that the top 20 % bring", nullable=True),
        Column("gini", "number", "Gini coefficient; null when an amount is negative", "0 to 1", nullable=True),
        Column("peak_customers", "integer", "customers at the peak of the whale curve"),
        Column("peak_customer_share", "number", "the same as a share of customers"),
        Column("peak_minor", "integer", "cumulative amount at the peak", "minor units"),
        Column("peak_share", "number", "the same as a share of the total; 1 when nobody loses money", nullable=True),
        Column("unprofitable_customers", "integer", "customers with a negative amount"),
        Column("unprofitable_share", "number", "the same as a share of customers"),
        Column("unprofitable_minor", "integer", "their amount, negative", "minor units"),
        Column("reading", "text", "what it says, in words"),
    ),
)

WHALE_CURVE = Table(
    "whale_curve",
    "one point of the cumulative curve, customers sorted from the largest amount to the smallest; exact at its rank",
    (
        *_SCOPE,
        _MEASURE,
        Column("customers", "integer", "rank: so many customers from the top"),
        Column("customer_share", "number", "the same as a share of customers"),
        Column("cumulative_minor", "integer", "their amount together", "minor units"),
        Column("cumulative_share", "number", "the same as a share of the total; may pass 1", nullable=True),
    ),
)

DECILES = Table(
    "deciles",
    "one tenth of the customers, sorted from the largest amount to the smallest",
    (
        *_SCOPE,
        _MEASURE,
        Column("decile", "integer", "1 holds the largest amounts", "1 to 10"),
        Column("customers", "integer", "customers"),
        Column("amount_minor", "integer", "their amount together", "minor units"),
        Column("share", "number", "the same as a share of the total", nullable=True),
        Column("cumulative_share", "number", "share of this decile and those above", nullable=True),
        Column("net_sales_minor", "integer", "their net sales", "minor units"),
        Column("highest_minor", "integer", "largest amount", "minor units"),
        Column("lowest_minor", "integer", "smallest amount", "minor units"),
    ),
)

UNPROFITABLE = Table(
    "unprofitable",
    "one customer with a negative contribution, the largest losses first",
    (
        *_SCOPE,
        Column("loss_rank", "integer", "1 loses most"),
        Column("customer_id", "text", "customer"),
        Column("contribution_minor", "integer", "past profit, negative", "minor units"),
        Column("net_sales_minor", "integer", "net sales", "minor units"),
        Column("discounts_minor", "integer", "discounts granted", "minor units"),
        Column("returns_minor", "integer", "value returned", "minor units"),
        Column("margin_minor", "integer", "net sales less cost of goods", "minor units"),
        Column("cost_to_serve_minor", "integer", "cost to serve", "minor units"),
        Column("purchase_days", "integer", "distinct days with a purchase"),
        Column("return_days", "integer", "days with a return"),
        Column("cause", "text", "no_margin, returns, small_orders or cost_to_serve"),
    ),
)

PROFIT_SIDES = Table(
    "profit_sides",
    "one side of zero: the customers that earn the company money, and those that cost it",
    (
        *_SCOPE,
        Column("side", "text", "profitable (contribution 0 or above) or unprofitable"),
        Column("customers", "integer", "customers"),
        Column("contribution_minor", "integer", "their contribution", "minor units"),
        Column("net_sales_minor", "integer", "their net sales", "minor units"),
        Column("mean_purchase_days", "number", "purchase days a customer"),
        Column("discount_rate", "number", "discounts over gross sales", nullable=True),
        Column("return_rate", "number", "value returned over sales after discount", nullable=True),
        Column("margin_rate", "number", "margin over net sales", nullable=True),
        Column("cost_to_serve_rate", "number", "cost to serve over net sales", nullable=True),
        Column("mean_purchase_minor", "number", "sales after discount of a purchase day", "minor units", nullable=True),
    ),
)

STABILITY = Table(
    "stability",
    "everybody, or one value of a dimension: how many of this period's best customers were last period's",
    (
        *_SCOPE,
        Column("period_days", "integer", "length of each of the two periods", "days"),
        Column("full_years", "boolean", "true when there are two whole years; else half-periods of what there is"),
        Column("history_days", "integer", "days from the first purchase to as_of", "days"),
        Column("customers", "integer", "customers who bought in this period"),
        Column("previous_customers", "integer", "customers who bought in the previous period"),
        Column("top_customers", "integer", "customers among this period's top share by margin"),
        Column("top_stayed", "integer", "those of them who were in the previous period's top share"),
        Column("top_stayed_share", "number", "the same as a share", nullable=True),
        Column("top_risen", "integer", "those who bought in the previous period, below its top share"),
        Column("top_new", "integer", "those who did not buy in the previous period"),
        Column("reading", "text", "what it says, in words"),
    ),
)

STABILITY_TRANSITIONS = Table(
    "stability_transitions",
    "one move between two periods: so many customers went from one class to another",
    (
        *_SCOPE,
        Column("from_class", "text", "quintile_1 (top) to quintile_5 of the previous period, or new"),
        Column("to_class", "text", "quintile_1 (top) to quintile_5 of this period, or lapsed"),
        Column("customers", "integer", "customers"),
        Column("share_of_from", "number", "share of the customers of the class they left"),
        Column("margin_previous_minor", "integer", "their margin in the previous period", "minor units"),
        Column("margin_minor", "integer", "their margin in this period", "minor units"),
    ),
)
