"""Tiers: rules of value tiers and relationship areas, and what customers of each are worth together."""

from vinculo.warehouse.tables.contract import Column, Table

TIERS_IN_ORDER = ("high_performance", "high_potential", "standard", "below_zero")
AREAS_IN_ORDER = ("acquire", "maintain", "maximise", "build_loyalty", "retain", "let_go")
_SCOPE = (
    Column("dimension", "text", "what the customers are cut by; all for everybody"),
    Column("dimension_value", "text", "the value of that dimension; all for everybody", nullable=True),
)
_WORTH = (
    Column("customers", "integer", "customers"),
    Column("share", "number", "share of all customers"),
    Column("contribution_minor", "integer", "their past profit", "minor units"),
    Column("share_of_contribution", "number", "share of the past profit; null when it is not positive", "", True),
    Column("residual_value_minor", "integer", "contribution expected from them in the horizon", "minor units"),
    Column("share_of_residual_value", "number", "share of that of all; null when it is not positive", "", True),
    Column("total_value_minor", "integer", "past profit plus residual value", "minor units"),
    Column("net_sales_minor", "integer", "their net sales", "minor units"),
    Column("mean_p_buys", "number", "mean probability to buy in the horizon"),
    Column("mean_since_last_days", "number", "mean days since the last purchase", "days", nullable=True),
)

TIER_RULES = Table(
    "tier_rules",
    "one condition of a rule, in the order in which rules are tried; the first that matches decides, and rules are the "
    "same for every value of a dimension",
    (
        Column("rule_order", "integer", "place in the order"),
        Column("subject", "text", "value_tier or relationship_area"),
        Column("code", "text", "the tier or area the rule gives"),
        Column("threshold", "number", "the figure compared with; null when there is none", nullable=True),
        Column("unit", "text", "unit of the threshold"),
        Column("origin", "text", "share (computed from a share), company (an amount set), setting, or rule"),
        Column("meaning", "text", "the condition in words"),
    ),
)

TIERS = Table(
    "tiers",
    "one value tier",
    (*_SCOPE, Column("value_tier", "text", "one of " + ", ".join(TIERS_IN_ORDER)), *_WORTH),
)

AREAS = Table(
    "areas",
    "one relationship area",
    (*_SCOPE, Column("relationship_area", "text", "one of " + ", ".join(AREAS_IN_ORDER)), *_WORTH),
)

SLIPPING = Table(
    "slipping",
    "one valuable customer with a rhythm who is slipping or all but lost, the largest value at risk first",
    (
        *_SCOPE,
        Column("state", "text", "slipping, or lost when all but certain not to come back"),
        Column("risk_rank", "integer", "1 has most at risk of its state"),
        Column("customer_id", "text", "customer"),
        Column("value_tier", "text", "high_performance or high_potential"),
        Column("purchase_days", "integer", "distinct days with a purchase"),
        Column("mean_interpurchase_days", "number", "own mean time between purchases", "days"),
        Column("since_last_days", "integer", "as_of minus last purchase", "days"),
        Column("p_buys", "number", "probability of at least one purchase day in the horizon"),
        Column("usual_p_buys", "number", "the same for somebody who goes on at the customer's own rate"),
        Column(
            "silence_probability", "number", "probability of a silence at least this long at the customer's own rate"
        ),
        Column("usual_purchases", "number", "purchase days in the horizon at the own rate, at most those so far"),
        Column("contribution_minor", "integer", "past profit", "minor units"),
        Column("usual_value_minor", "integer", "residual value if the customer went on at the own rate", "minor units"),
        Column("residual_value_minor", "integer", "residual value as things are", "minor units"),
        Column("value_at_risk_minor", "integer", "the difference, never below zero", "minor units"),
        Column("reason", "text", "why, in one sentence"),
    ),
)

EQUITY = Table(
    "customer_equity",
    "everybody, or one value of a dimension: what the customer base is worth",
    (
        *_SCOPE,
        Column("customers", "integer", "customers"),
        Column("past_profit_minor", "integer", "contribution so far", "minor units"),
        Column("equity_minor", "integer", "customer equity: residual value of the horizon", "minor units"),
        Column("equity_infinite_minor", "integer", "residual value without end", "minor units"),
        Column("total_value_minor", "integer", "past profit plus equity of the horizon", "minor units"),
        Column("equity_a_customer_minor", "number", "equity over customers", "minor units"),
        Column("expected_purchases", "number", "purchase days expected in the horizon"),
        Column("expected_buyers", "number", "customers expected to buy in the horizon: the sum of p_buys"),
        Column("slipping_customers", "integer", "customers of the area retain"),
        Column("slipping_equity_minor", "integer", "their equity", "minor units"),
    ),
)
