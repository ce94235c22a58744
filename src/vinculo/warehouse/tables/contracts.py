"""Contracts: customers who buy in periods, and customers who renew or leave."""

from vinculo.warehouse.tables.contract import Column, Table

_DIMENSION = (
    Column("dimension", "text", "what the customers are cut by; all for everybody"),
    Column("dimension_value", "text", "value of the dimension; all for everybody"),
)

OPPORTUNITIES = Table(
    "opportunities",
    "one number of repeat periods: those of the backtest's sample who bought in so many, and how many were expected, "
    "by parameters of the dimension's value with 500 customers or more, else by those of everybody",
    (
        *_DIMENSION,
        Column("model", "text", "bg_bb"),
        Column("period_days", "integer", "length of a period; periods end with as_of", "days"),
        Column("repeat_periods", "integer", "periods with a purchase after that of the first purchase"),
        Column("customers", "integer", "customers who have had an opportunity and bought in so many periods again"),
        Column("expected_customers", "number", "how many the model expects; null when it has no fit", nullable=True),
    ),
)

CONTRACT_SURVIVAL = Table(
    "contract_survival",
    "one cohort after one number of renewals: who is still there, and who is expected to be",
    (
        *_DIMENSION,
        Column("cohort", "date", "first day of the month (quarter, week) of the first purchase"),
        Column("period", "integer", "renewals since the first purchase, which is 0", "contract periods"),
        Column("projected", "boolean", "the time of the renewal was not yet over for the whole cohort by as_of"),
        Column("survivors", "integer", "customers who have renewed every time; null when projected", nullable=True),
        Column("share", "number", "survivors over the customers of the cohort; null when projected", nullable=True),
        Column(
            "expected_share",
            "number",
            "share expected of a new cohort: by the cohort's own parameters, else by those of all; null with neither",
            nullable=True,
        ),
        Column(
            "expected_survivors",
            "number",
            "projected: how many of the last survivors seen will still be there; null before",
            nullable=True,
        ),
    ),
)

CONTRACT_COHORTS = Table(
    "contract_cohorts",
    "one cohort and the shifted-beta-geometric model fitted to it; cohort null: all that could be fitted, together",
    (
        *_DIMENSION,
        Column("cohort", "date", "first day of the period of the first purchase; null: all together", nullable=True),
        Column("customers", "integer", "customers at the start"),
        Column("survivors", "integer", "customers after the last renewal that was over for the whole cohort"),
        Column("renewals", "integer", "renewals that were over for the whole cohort; all together: the most"),
        Column("alpha", "number", "first parameter of the spread of the chance to leave", nullable=True),
        Column("beta", "number", "second parameter", nullable=True),
        Column("alpha_standard_error", "number", "standard error of alpha", nullable=True),
        Column("beta_standard_error", "number", "standard error of beta", nullable=True),
        Column("log_likelihood", "number", "log-likelihood of the cohort", "nats", nullable=True),
        Column(
            "likelihood_ratio_p",
            "number",
            "all together: p-value of the cohorts being alike; small: each has parameters of its own",
            nullable=True,
        ),
        Column("identified", "boolean", "whether the parameters mean something"),
        Column("diagnosis_code", "text", "what the fit found"),
        Column("diagnosis", "text", "the same in one sentence"),
        Column(
            "parameters_of", "text", "cohort or all: whose parameters the forecast takes; null with none", nullable=True
        ),
        Column("current_period", "integer", "period that the survivors are in, 1 the first; all together: 1"),
        Column(
            "residual_lifetime_periods",
            "number",
            "discounted expected periods to come (DERL) of a survivor who is about to renew",
            "contract periods",
            nullable=True,
        ),
    ),
)

TABLES = (OPPORTUNITIES, CONTRACT_SURVIVAL, CONTRACT_COHORTS)
