"""Cohorts: retention and margin by the period of the first purchase and the time since."""

from vinculo.warehouse.tables.contract import Column, Table

_KEYS = (
    Column("dimension", "text", "what the table is cut by; all for everybody"),
    Column("dimension_value", "text", "the value of the dimension; all for everybody", nullable=True),
    Column("cohort", "date", "first day of the month (quarter, week) of the first purchase"),
)
_SUMS = (
    Column("active_customers", "integer", "customers of the cohort who bought in the period"),
    Column("sales_minor", "integer", "sales of the period after discount, before returns", "minor units"),
    Column("net_sales_minor", "integer", "sales of the period after discounts and returns", "minor units"),
    Column(
        "margin_minor", "integer", "net sales of the period less cost of goods, before cost to serve", "minor units"
    ),
)

COHORT_PARTS = Table(
    "cohort_parts",
    "one cohort in one period in which any of its customers had a sale or return; may be counted in parts",
    (*_KEYS, Column("period_on", "date", "first day of the period"), *_SUMS),
)

COHORTS = Table(
    "cohorts",
    "one cohort at one age, from the period of the first purchase to the one that as_of cuts",
    (
        *_KEYS,
        Column("age_periods", "integer", "periods since that of the first purchase, which is 0", "months (or as set)"),
        Column("age_months", "integer", "calendar months between the first days of both periods", "months"),
        Column("period_on", "date", "first day of the period"),
        Column("complete", "boolean", "the period was over by the close of as_of; others must not be compared"),
        Column("customers", "integer", "customers of the cohort"),
        _SUMS[0],
        Column("retention_share", "number", "active customers / customers; 1 at age 0", "share"),
        *_SUMS[1:],
        Column("cumulative_margin_minor", "integer", "margin from age 0 to this age", "minor units"),
        Column("cumulative_margin_per_customer_minor", "number", "the same for each customer", "minor units"),
    ),
)
