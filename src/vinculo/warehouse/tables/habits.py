"""Habits: the rhythm of a customer's purchases, what he likes, and purchases unlike him."""

from vinculo.warehouse.tables.contract import Column, Table

RHYTHM = Table(
    "rhythm",
    "one customer of the profile; his profiles count purchase days, and are null with fewer than two of them",
    (
        Column("customer_id", "text", "customer"),
        Column("purchase_days", "integer", "distinct days with a purchase"),
        Column("mean_interpurchase_days", "number", "own mean time between purchases", "days", nullable=True),
        Column(
            "sd_interpurchase_days",
            "number",
            "standard deviation of the times between purchases; null with fewer than two of them",
            "days",
            nullable=True,
        ),
        Column("median_interpurchase_days", "number", "median time between purchases", "days", nullable=True),
        Column(
            "interpurchase_variation",
            "number",
            "standard deviation over mean: 0 like a clock, 1 at random, above 1 in bursts",
            nullable=True,
        ),
        Column(
            "overdue_ratio",
            "number",
            "days since the last purchase over the own mean time between purchases: above 1 is overdue",
            nullable=True,
        ),
        Column(
            "hour_profile",
            "integers",
            "purchase days by hour of the first sale, 0 to 23; null when the data hold dates only",
            "purchase days",
            nullable=True,
        ),
        Column("weekday_profile", "integers", "purchase days by weekday, Monday first", "purchase days", nullable=True),
        Column("month_profile", "integers", "purchase days by month, January first", "purchase days", nullable=True),
        Column(
            "season_profile",
            "integers",
            "purchase days in spring, summer, autumn and winter of the chosen hemisphere",
            "purchase days",
            nullable=True,
        ),
        Column("preferred_hour", "integer", "hour bought at most; ties: the earliest", "0 to 23", nullable=True),
        Column(
            "preferred_weekday",
            "integer",
            "weekday bought on most, 1 is Monday; ties: the first",
            "1 to 7",
            nullable=True,
        ),
    ),
)

FAVOURITE_PRODUCTS = Table(
    "favourite_products",
    "one product among the three that one customer bought most often, by lines",
    (
        Column("customer_id", "text", "customer"),
        Column("rank", "integer", "1 is the product bought most often"),
        Column("product_id", "text", "product code"),
        Column("product_name", "text", "product name", nullable=True),
        Column("lines", "integer", "lines in which the customer bought it"),
        Column("share_of_lines", "number", "these lines over all lines the customer bought"),
    ),
)

UNUSUAL_PURCHASES = Table(
    "unusual_purchases",
    "one way in which one purchase day was unlike the customer; only the unlikely ones",
    (
        Column("customer_id", "text", "customer"),
        Column("day", "date", "the purchase day"),
        Column("what", "text", "what was unusual: spend, gap (time since the purchase before) or goods"),
        Column("observed", "number", "what was seen; null for goods", "minor units or days", nullable=True),
        Column(
            "expected_low",
            "number",
            "lower end of the central 90 % of what his other purchases let expect; null for goods",
            "minor units or days",
            nullable=True,
        ),
        Column("expected_high", "number", "upper end of it; null for goods", "minor units or days", nullable=True),
        Column("observed_goods", "text", "category bought most that day; null for spend and gap", nullable=True),
        Column("usual_goods", "text", "category bought most on his other days; null for spend and gap", nullable=True),
        Column("probability", "number", "tail probability of something as unlike him or more", "0 to 1"),
        Column("surprise", "number", "minus the decimal logarithm of the probability"),
    ),
)
