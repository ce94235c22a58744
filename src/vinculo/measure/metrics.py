"""Metrics: what the cockpit counts, each defined once, for page, CSV and JSON alike.

A definition names its figure among the columns of a query (`flows.sql` for what happens in a period, `stocks.sql` for
how things stand at a moment), so a metric has one formula. A change of meaning makes a new version.
"""

from dataclasses import dataclass

from vinculo.measure.charts.reader import Reader


@dataclass(frozen=True)
class Metric:
    """One metric: its stable key, words, unit (customers, money or share), direction and owner.

    `direction` is 1 when more is better, -1 when less is, 0 when neither. `kind` is flow (adds up over a period) or
    stock (as of a day). `version` grows with the meaning.
    """

    key: str
    name: str
    meaning: str
    formula: str
    unit: str
    direction: int
    kind: str
    owner: str
    version: int = 1

    def write(self, value: float | None, reader: Reader) -> str:
        """Write a value of the metric for a reader."""
        if self.unit == "money":
            return reader.money(value)
        return reader.share(value, 1) if self.unit == "share" else reader.number(value)

    def write_short(self, value: float, reader: Reader) -> str:
        """Write a value on an axis."""
        if self.unit == "money":
            return reader.short_money(value)
        return reader.share(value) if self.unit == "share" else reader.short_number(value)


METRICS = (
    Metric(
        "active_customers",
        "Active customers",
        "Customers with at least one purchase in the period.",
        "count of customers with a purchase day in the period",
        "customers",
        1,
        "flow",
        "sales",
    ),
    Metric(
        "new_customers",
        "New customers",
        "Customers whose first purchase ever falls in the period.",
        "count of customers whose first purchase day lies in the period",
        "customers",
        1,
        "flow",
        "marketing",
    ),
    Metric(
        "slipping_customers",
        "Slipping customers",
        "Valuable customers who should have bought by now: those of the relationship area Retain.",
        "count of customers with relationship_area = retain",
        "customers",
        -1,
        "stock",
        "relationship",
    ),
    Metric(
        "lost_customers",
        "Lost customers",
        "Customers whose silence passed 180 days in the period and who had not bought again by its end.",
        "count of customers whose last purchase day by the end of the period + 181 days lies in the period",
        "customers",
        -1,
        "flow",
        "relationship",
    ),
    Metric(
        "net_sales",
        "Net sales",
        "Sales of the period to known customers, after discounts and returns, before tax.",
        "sum of sales_minor - returns_minor over the days of the period",
        "money",
        1,
        "flow",
        "sales",
    ),
    Metric(
        "margin",
        "Margin",
        "Net sales of the period less cost of goods (assumed where the data hold none), before cost to serve.",
        "sum of sales_minor - returns_minor - cost_minor over the days of the period",
        "money",
        1,
        "flow",
        "finance",
    ),
    Metric(
        "balance_share",
        "Our 80/20",
        "The share of customers that brings the rest of the profit: k* of customers bring 1 - k* of it.",
        "k* with L(k*) = 1 - k*, L the share of past profit brought by the best customers",
        "share",
        0,
        "stock",
        "finance",
    ),
    Metric(
        "customer_equity",
        "Customer equity",
        "The residual value of all customers: profit expected from them in the horizon, in today's money.",
        "sum of residual_value_minor over the customers of the run",
        "money",
        1,
        "stock",
        "finance",
    ),
)
BY_KEY = {metric.key: metric for metric in METRICS}
UNITS = {"customers": "customers", "money": "minor units", "share": "share"}
OWNERS = {
    "sales": "Sales",
    "marketing": "Marketing",
    "relationship": "Relationship management",
    "finance": "Finance",
}
