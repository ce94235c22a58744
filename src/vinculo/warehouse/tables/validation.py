"""Validation: how far the forecast can be trusted, and what was fitted."""

from vinculo.warehouse.tables.contract import Column, Table

_DIMENSION = (
    Column("dimension", "text", "what the customers are cut by; all for everybody"),
    Column("dimension_value", "text", "value of the dimension; all for everybody"),
)

MODELS = Table(
    "models",
    "one purchase model fitted to one group of customers: to everybody every model, to a value of a dimension with 500 "
    "customers or more the chosen one and nbd",
    (
        *_DIMENSION,
        Column("model", "text", "bg_nbd, mbg_nbd, pareto_nbd or nbd (no dropout, the fallback); bg_bb counts periods"),
        Column("chosen", "boolean", "whether forecasts come from it; of a value of a dimension only when fitted by it"),
        Column("customers", "integer", "customers fitted, one-time buyers included"),
        Column("log_likelihood", "number", "plain log-likelihood, time in days", "nats"),
        Column("aic", "number", "Akaike's criterion: lower is better; null: other data than nbd", nullable=True),
        Column("bic", "number", "Schwarz's criterion: lower is better; null: other data than nbd", nullable=True),
        Column(
            "likelihood_ratio",
            "number",
            "2 (LL - LL of nbd), the model without dropout; null: other data",
            nullable=True,
        ),
        Column(
            "likelihood_ratio_p",
            "number",
            "its p-value with 2 degrees of freedom; nbd lies on the edge, so it is cautious",
            nullable=True,
        ),
        Column("identified", "boolean", "whether the parameters mean something"),
        Column("diagnosis_code", "text", "what the fit found"),
        Column("diagnosis", "text", "the same in one sentence"),
        Column("evaluations", "integer", "evaluations of the likelihood"),
    ),
)

MODEL_PARAMETERS = Table(
    "model_parameters",
    "one parameter of one model fitted to one group of customers, time in days (bg_bb: in periods)",
    (
        *_DIMENSION,
        Column("model", "text", "purchase model"),
        Column("parameter", "text", "parameter, by the model's own name for it"),
        Column("estimate", "number", "maximum of the (penalised) likelihood"),
        Column("standard_error", "number", "its standard error", nullable=True),
        Column("low", "number", "lower end of the 95 % interval, from the logarithm", nullable=True),
        Column("high", "number", "upper end of the 95 % interval", nullable=True),
    ),
)

BACKTEST = Table(
    "backtest",
    "one candidate (model or simple rule) forecasting from one origin; origin null: all origins pooled, the only row "
    "of a value of a dimension",
    (
        *_DIMENSION,
        Column("origin", "date", "the day the forecast was made from, included; null: all pooled", nullable=True),
        Column("horizon_days", "integer", "days forecast after the origin", "days"),
        Column("candidate", "text", "model or rule; <model>_by_group: the model fitted to each group of fit_by"),
        Column("kind", "text", "model or rule"),
        Column("chosen", "boolean", "whether the forecasts come from it"),
        Column("identified", "boolean", "whether the model's parameters mean something; true for rules"),
        Column(
            "customers", "integer", "customers known at the origin, of the sample; of a value those who have it today"
        ),
        Column("actual_purchases", "integer", "their purchase days in the horizon"),
        Column("predicted_purchases", "number", "what was forecast", nullable=True),
        Column("predicted_to_actual", "number", "the quotient of the two", nullable=True),
        Column("predicted_to_actual_error", "number", "standard error of the quotient over customers", nullable=True),
        Column("mae", "number", "mean absolute error of a customer", "purchase days", nullable=True),
        Column("rmse", "number", "root of the mean squared error of a customer", "purchase days", nullable=True),
        Column("correlation", "number", "of forecast and actual purchase days", nullable=True),
        Column("auc", "number", "P(a buyer ranks above a non-buyer), by p_buys or the rule's ranking", nullable=True),
        Column("auc_expected", "number", "the same by expected purchases", nullable=True),
        Column("auc_alive", "number", "the same by P(alive): what it is worth for telling who leaves", nullable=True),
        Column("brier", "number", "Brier score of p_buys: lower is better", nullable=True),
        Column("log_loss", "number", "mean log loss of p_buys: lower is better", "nats", nullable=True),
        Column("share_right", "number", "customers rightly taken for buyers or not", nullable=True),
        Column("top_decile_capture", "number", "share of purchases by the top tenth of the ranking", nullable=True),
        Column("best_top_decile_capture", "number", "the same with perfect foresight", nullable=True),
        Column("new_customers", "integer", "customers won in the horizon, whom no candidate forecasts", nullable=True),
        Column("new_customers_purchases", "integer", "their purchase days in the horizon", nullable=True),
    ),
)

CALIBRATION = Table(
    "calibration",
    "one bin of customers of one candidate's forecast from one origin: what was forecast and what they did; of a value "
    "of a dimension all origins pooled and models alone",
    (
        *_DIMENSION,
        Column("origin", "date", "the day the forecast was made from; null: all origins pooled", nullable=True),
        Column("candidate", "text", "model or rule"),
        Column(
            "quantity",
            "text",
            "p_buys and expected_purchases: bins are deciles of everybody's forecasts, whatever the dimension; "
            "expected_by_repeats: by past repeats",
        ),
        Column("bin", "integer", "decile, 1 the lowest forecasts; repeat purchase days 0 to 7 (7: or more)"),
        Column("customers", "integer", "customers in the bin (pooled: once for each origin)"),
        Column("mean_predicted", "number", "mean forecast", "share or purchase days"),
        Column("mean_actual", "number", "mean of what they did", "share or purchase days"),
        Column("actual_low", "number", "lower end of its 95 % interval (Wilson for a share)"),
        Column("actual_high", "number", "upper end of its 95 % interval"),
    ),
)

TRACKING = Table(
    "tracking",
    "one week of the history: repeat purchase days as they happened and as the chosen model expects them, fitted to "
    "the customers of the dimension's value where these are 500 or more, else to everybody",
    (
        *_DIMENSION,
        Column("model", "text", "purchase model"),
        Column("week", "integer", "week since the first day of the history, from 1"),
        Column("week_start", "date", "first day of the week"),
        Column("days", "integer", "days of the week in the data; the last week can be shorter", "days"),
        Column("actual", "integer", "repeat purchase days in the week"),
        Column("expected", "number", "what the model expects of the customers won so far"),
        Column("actual_cumulative", "integer", "repeat purchase days since the start"),
        Column("expected_cumulative", "number", "what the model expects since the start"),
        Column("calibration", "boolean", "whether the model had seen the whole week when it was fitted"),
    ),
)

ISO_VALUE = Table(
    "iso_value",
    "one point of the value map: customers of a typical tenure, by when they bought last and how often; of a value of "
    "a dimension by a fit of its own (500 customers or more), on the same points as everybody's",
    (
        *_DIMENSION,
        Column("model", "text", "purchase model"),
        Column("tenure_days", "integer", "tenure of the map", "days"),
        Column("age_at_last_days", "integer", "last minus first purchase", "days"),
        Column("repeat_purchase_days", "integer", "repeat purchase days"),
        Column("discounted_purchases", "number", "discounted expected purchase days"),
        Column("value_minor", "number", "times the value of a purchase day", "minor units", nullable=True),
    ),
)

TABLES = (MODELS, MODEL_PARAMETERS, BACKTEST, CALIBRATION, TRACKING, ISO_VALUE)
