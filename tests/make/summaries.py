"""The summary tables of a made run, added up from its customers, so that they agree with each other."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from vinculo.warehouse.tables import cohorts, contract, profit, rfmt, tiers, validation

ALL = {"dimension": "all", "dimension_value": "all"}
Row = dict[str, Any]


def arrow(table: contract.Table, rows: list[Row]) -> pa.Table:
    """Return rows as a table of its contract, all columns there."""
    table.require(rows[0] if rows else table.names)
    return pa.Table.from_pylist(rows, schema=table.schema)


def total(rows: Sequence[Row], column: str) -> int:
    """Return the sum of a column."""
    return sum(row[column] for row in rows)


def of_profit(value: list[Row]) -> dict[str, pa.Table]:
    """Return the tables of the profit room."""
    best = sorted(value, key=lambda row: -row["contribution_minor"])
    scopes = {"all": value} | {name: [row for row in value if row["country"] == name] for name in countries(value)}
    balances = [
        concentration(part, ALL if name == "all" else {"dimension": "country", "dimension_value": name})
        for name, part in scopes.items()
    ]
    return {
        "ledger_totals": arrow(profit.LEDGER_TOTALS, ledger(value)),
        "concentration": arrow(profit.CONCENTRATION, balances),
        "whale_curve": arrow(profit.WHALE_CURVE, whale(best)),
        "deciles": arrow(profit.DECILES, deciles(best)),
        "stability": arrow(profit.STABILITY, [stability(len(best))]),
        "profit_sides": arrow(profit.PROFIT_SIDES, sides(best)),
    }


def countries(value: list[Row]) -> list[str]:
    """Return the countries there are."""
    return sorted({row["country"] for row in value})


def concentration(value: list[Row], scope: Row) -> Row:
    """Return how unequal profit is."""
    best = sorted(value, key=lambda row: -row["contribution_minor"])
    amounts = np.array([row["contribution_minor"] for row in best])
    running, count = np.cumsum(amounts), len(best)
    share = running / running[-1]
    few = next(((at + 1) / count for at in range(count) if share[at] >= 1 - (at + 1) / count), 0.5)
    peak = int(np.argmax(running))
    losing = amounts[amounts < 0]
    return {
        **scope,
        "measure": "contribution",
        "customers": count,
        "total_minor": int(running[-1]),
        "balance_share": few,
        "balance_share_low": few * 0.95 if count > 1 else None,
        "balance_share_high": few * 1.05 if count > 1 else None,
        "balance_amount_share": 1 - few,
        "top_fifth_share": float(share[max(0, count // 5 - 1)]),
        "gini": None,
        "peak_customers": peak + 1,
        "peak_customer_share": (peak + 1) / count,
        "peak_minor": int(running[peak]),
        "peak_share": float(share[peak]),
        "unprofitable_customers": len(losing),
        "unprofitable_share": len(losing) / count,
        "unprofitable_minor": int(losing.sum()),
        "reading": "As it says.",
    }


def whale(best: list[Row]) -> list[Row]:
    """Return a hundred points of the whale curve."""
    running = np.cumsum([row["contribution_minor"] for row in best])
    count = len(best)
    points = sorted({0, int(np.argmax(running)), *(round(at * (count - 1) / 100) for at in range(101))})
    return [
        {
            **ALL,
            "measure": "contribution",
            "customers": at + 1,
            "customer_share": (at + 1) / count,
            "cumulative_minor": int(running[at]),
            "cumulative_share": float(running[at] / running[-1]),
        }
        for at in points
    ]


def ledger(value: list[Row]) -> list[Row]:
    """Return the waterfall, reconciled."""
    net, left = total(value, "net_sales_minor"), total(value, "contribution_minor")
    deliveries = -350 * total(value, "purchase_days")
    goods = -round(net * 0.6)
    handling = left - net - goods - deliveries
    lines = {
        "gross_sales": round(net * 1.09),
        "discounts": -round(net * 0.05),
        "returns": net - round(net * 1.09) + round(net * 0.05),
        "net_sales": net,
        "cost_of_goods": goods,
        "margin": net + goods,
        "contacts": 0,
        "deliveries": deliveries,
        "returns_handling": handling,
        "commissions": 0,
        "other": 0,
        "cost_to_serve": deliveries + handling,
        "contribution": left,
    }
    subtotals = ("net_sales", "margin", "cost_to_serve", "contribution")
    return [
        {
            **ALL,
            "step": step,
            "line": line,
            "kind": "subtotal" if line in subtotals else "amount",
            "customers": len(value),
            "amount_minor": amount,
            "share_of_net_sales": amount / net if net > 0 else None,
            "unexplained_minor": 0,
        }
        for step, (line, amount) in enumerate(lines.items(), start=1)
    ]


def deciles(best: list[Row]) -> list[Row]:
    """Return tenths of the customers, best first."""
    whole, cumulative, rows = total(best, "contribution_minor"), 0, []
    for at in range(10):
        part = best[at * len(best) // 10 : (at + 1) * len(best) // 10]
        if part:
            cumulative += total(part, "contribution_minor")
            rows.append(
                {
                    **ALL,
                    "measure": "contribution",
                    "decile": at + 1,
                    "customers": len(part),
                    "amount_minor": total(part, "contribution_minor"),
                    "share": total(part, "contribution_minor") / whole,
                    "cumulative_share": cumulative / whole,
                    "net_sales_minor": total(part, "net_sales_minor"),
                    "highest_minor": part[0]["contribution_minor"],
                    "lowest_minor": part[-1]["contribution_minor"],
                }
            )
    return rows


def stability(count: int) -> Row:
    """Return how many of the best were the best before."""
    return {
        **ALL,
        "period_days": 277,
        "full_years": False,
        "history_days": 555,
        "customers": count,
        "previous_customers": count // 2,
        "top_customers": count // 5,
        "top_stayed": count // 10,
        "top_stayed_share": 0.5,
        "top_risen": count // 20,
        "top_new": count // 20,
        "reading": "Half of this period's best fifth were among the best fifth of the period before.",
    }


def sides(best: list[Row]) -> list[Row]:
    """Return those who earn and those who cost, as far as there are any."""
    rows = []
    for side, part in (
        ("profitable", [row for row in best if row["contribution_minor"] >= 0]),
        ("unprofitable", [row for row in best if row["contribution_minor"] < 0]),
    ):
        if part:
            rows.append(
                {
                    **ALL,
                    "side": side,
                    "customers": len(part),
                    "contribution_minor": total(part, "contribution_minor"),
                    "net_sales_minor": total(part, "net_sales_minor"),
                    "mean_purchase_days": total(part, "purchase_days") / len(part),
                    "discount_rate": 0.05,
                    "return_rate": 0.02 if side == "profitable" else 0.19,
                    "margin_rate": 0.4,
                    "cost_to_serve_rate": 0.04 if side == "profitable" else 0.51,
                    "mean_purchase_minor": total(part, "net_sales_minor") / total(part, "purchase_days"),
                }
            )
    return rows


def of_tiers(value: list[Row]) -> dict[str, pa.Table]:
    """Return the tables of tiers, areas and those slipping away."""
    slipping = sorted(
        (row for row in value if row["relationship_area"] == "retain"), key=lambda row: -row["contribution_minor"]
    )
    rows = [
        {
            **ALL,
            "state": "lost" if row["p_buys"] < 0.05 else "slipping",
            "risk_rank": rank,
            "customer_id": row["customer_id"],
            "value_tier": row["value_tier"],
            "purchase_days": row["purchase_days"],
            "mean_interpurchase_days": row["mean_interpurchase_days"],
            "since_last_days": row["since_last_days"],
            "p_buys": row["p_buys"],
            "usual_p_buys": 0.95,
            "silence_probability": 0.03,
            "usual_purchases": 4.0,
            "contribution_minor": row["contribution_minor"],
            "usual_value_minor": row["residual_value_minor"] + row["contribution_minor"] // 3,
            "residual_value_minor": row["residual_value_minor"],
            "value_at_risk_minor": row["contribution_minor"] // 3,
            "reason": f"Bought every {row['mean_interpurchase_days']:.0f} days; silent for {row['since_last_days']}.",
        }
        for rank, row in enumerate(slipping, start=1)
    ]
    return {
        "tiers": arrow(tiers.TIERS, groups(value, "value_tier", tiers.TIERS_IN_ORDER)),
        "areas": arrow(tiers.AREAS, groups(value, "relationship_area", tiers.AREAS_IN_ORDER)),
        "slipping": arrow(tiers.SLIPPING, rows),
    }


def groups(value: list[Row], column: str, order: Sequence[str]) -> list[Row]:
    """Return what the customers of each tier or area are worth together."""
    profit_of_all, value_of_all = total(value, "contribution_minor"), total(value, "residual_value_minor")
    rows = []
    for code in order:
        part = [row for row in value if row[column] == code]
        if part:
            rows.append(
                {
                    **ALL,
                    column: code,
                    "customers": len(part),
                    "share": len(part) / len(value),
                    "contribution_minor": total(part, "contribution_minor"),
                    "share_of_contribution": total(part, "contribution_minor") / profit_of_all,
                    "residual_value_minor": total(part, "residual_value_minor"),
                    "share_of_residual_value": total(part, "residual_value_minor") / value_of_all,
                    "total_value_minor": total(part, "total_value_minor"),
                    "net_sales_minor": total(part, "net_sales_minor"),
                    "mean_p_buys": sum(row["p_buys"] for row in part) / len(part),
                    "mean_since_last_days": total(part, "since_last_days") / len(part),
                }
            )
    return rows


def segments(value: list[Row]) -> pa.Table:
    """Return the named segments."""
    rows = []
    for name in sorted({row["rfmt_segment"] for row in value}):
        part = [row for row in value if row["rfmt_segment"] == name]
        sums = {
            column: total(part, column) for column in ("net_sales_minor", "contribution_minor", "residual_value_minor")
        }
        letters = ("recency_score", "frequency_score", "monetary_score", "time_score")
        means = {f"mean_{letter}": total(part, letter) / len(part) for letter in letters}
        rows.append(
            {
                **ALL,
                "rfmt_segment": name,
                "customers": len(part),
                "customers_share": len(part) / len(value),
                **sums,
                **means,
                "mean_expected_purchases": sum(row["expected_purchases"] for row in part) / len(part),
                "mean_p_buys": sum(row["p_buys"] for row in part) / len(part),
            }
        )
    return arrow(rfmt.RFMT_SEGMENTS, rows)


def triangle(days: Sequence[Sequence[date]], spend: Sequence[Sequence[int]], as_of: date) -> pa.Table:
    """Return retention and margin of monthly cohorts."""
    first = [min(mine).replace(day=1) for mine in days]
    rows = []
    for cohort in sorted(set(first)):
        members = [at for at, start in enumerate(first) if start == cohort]
        last, running = age(cohort, as_of), 0
        for months in range(last + 1):
            bought = [
                (at, money)
                for at in members
                for day, money in zip(days[at], spend[at], strict=True)
                if age(cohort, day) == months
            ]
            sales = sum(money for _, money in bought)
            running += round(sales * 0.4)
            active = len({at for at, _ in bought})
            rows.append(
                {
                    **ALL,
                    "cohort": cohort,
                    "age_periods": months,
                    "age_months": months,
                    "period_on": date(
                        cohort.year + (cohort.month - 1 + months) // 12, (cohort.month - 1 + months) % 12 + 1, 1
                    ),
                    "complete": months < last,
                    "customers": len(members),
                    "active_customers": active,
                    "retention_share": active / len(members),
                    "sales_minor": sales,
                    "net_sales_minor": sales,
                    "margin_minor": round(sales * 0.4),
                    "cumulative_margin_minor": running,
                    "cumulative_margin_per_customer_minor": running / len(members),
                }
            )
    return arrow(cohorts.COHORTS, rows)


def age(cohort: date, day: date) -> int:
    """Return months between a cohort and a day."""
    return (day.year - cohort.year) * 12 + day.month - cohort.month


def of_validation(days: Sequence[Sequence[date]], first: date, as_of: date) -> dict[str, pa.Table]:
    """Return models, parameters, backtest, calibration, tracking and the value map."""
    estimates = {"r": 0.61, "alpha": 41.2, "a": 0.72, "b": 2.1}
    parameters = [
        {
            **ALL,
            "model": "mbg_nbd",
            "parameter": name,
            "estimate": estimate,
            "standard_error": estimate / 12,
            "low": estimate * 0.85,
            "high": estimate * 1.18,
        }
        for name, estimate in estimates.items()
    ]
    return {
        "models": arrow(
            validation.MODELS, [model(name, at, len(days)) for at, name in enumerate(("mbg_nbd", "bg_nbd"))]
        ),
        "model_parameters": arrow(validation.MODEL_PARAMETERS, parameters),
        "backtest": arrow(validation.BACKTEST, [trial(name, at) for at, name in enumerate(CANDIDATES)]),
        "calibration": arrow(validation.CALIBRATION, calibration()),
        "tracking": arrow(validation.TRACKING, tracking(days, first, as_of)),
        "iso_value": arrow(validation.ISO_VALUE, value_map()),
    }


CANDIDATES = ("mbg_nbd", "bg_nbd", "own_rate", "same_count", "hiatus_rule")


def model(name: str, at: int, count: int) -> Row:
    """Return one fitted model."""
    return {
        **ALL,
        "model": name,
        "chosen": at == 0,
        "customers": count,
        "log_likelihood": -9582.4 - at,
        "aic": 19172.8 + 2 * at,
        "bic": 19190.1 + 2 * at,
        "likelihood_ratio": 120.5,
        "likelihood_ratio_p": 0.0,
        "identified": True,
        "diagnosis_code": "ok",
        "diagnosis": "The parameters are well determined by the data.",
        "evaluations": 40,
    }


def trial(name: str, at: int) -> Row:
    """Return one candidate of the backtest."""
    rule = at > 1
    guess = None if name == "hiatus_rule" else 1650 + 90 * at * at
    found: Row = {column.name: None for column in validation.BACKTEST.columns}
    return found | {
        **ALL,
        "horizon_days": 180,
        "candidate": name,
        "kind": "rule" if rule else "model",
        "chosen": at == 0,
        "identified": True,
        "customers": 320,
        "actual_purchases": 1702,
        "predicted_purchases": guess,
        "predicted_to_actual": guess / 1702 if guess else None,
        "mae": 0.76 + 0.08 * at if guess else None,
        "auc": 0.779 - 0.004 * at,
        "top_decile_capture": 0.467 - 0.01 * at,
    }


def calibration() -> list[Row]:
    """Return tenths of the forecasts and what happened."""
    rows = []
    for quantity, most in (("p_buys", 0.92), ("expected_purchases", 5.2)):
        for tenth in range(1, 11):
            predicted = most * (tenth / 10) ** 2.2
            actual = predicted * (1.12 - 0.02 * tenth)
            rows.append(
                {
                    **ALL,
                    "origin": None,
                    "candidate": "mbg_nbd",
                    "quantity": quantity,
                    "bin": tenth,
                    "customers": 96,
                    "mean_predicted": predicted,
                    "mean_actual": actual,
                    "actual_low": actual * 0.85,
                    "actual_high": min(actual * 1.18, 1.0) if quantity == "p_buys" else actual * 1.18,
                }
            )
    return rows


def tracking(days: Sequence[Sequence[date]], first: date, as_of: date) -> list[Row]:
    """Return repeat purchase days week by week, and a model that begins to run a little low."""
    repeats = np.array([(day - first).days // 7 for mine in days for day in sorted(mine)[1:]])
    weeks = (as_of - first).days // 7 + 1
    actual = np.bincount(repeats, minlength=weeks)[:weeks]
    smooth = np.convolve(np.pad(actual, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    expected = smooth * np.where(np.arange(weeks) > weeks * 0.67, 0.86, 1.02)
    return [
        {
            **ALL,
            "model": "mbg_nbd",
            "week": week + 1,
            "week_start": first + timedelta(days=7 * week),
            "days": 7,
            "actual": int(actual[week]),
            "expected": float(expected[week]),
            "actual_cumulative": int(actual[: week + 1].sum()),
            "expected_cumulative": float(expected[: week + 1].sum()),
            "calibration": week < weeks * 0.67,
        }
        for week in range(weeks)
    ]


def value_map() -> list[Row]:
    """Return a value map with the decreasing-frequency paradox in it."""
    rows = []
    for repeats in range(25):
        for days in range(0, 561, 20):
            silent = 560 - days
            alive = (
                1 / (1 + 0.35 / (repeats + 1) * ((41 + 560) / (41 + 560 - silent)) ** (repeats + 0.6))
                if repeats
                else 0.8
            )
            worth = (repeats + 0.61) / 600 * 180 * alive
            rows.append(
                {
                    **ALL,
                    "model": "mbg_nbd",
                    "tenure_days": 560,
                    "age_at_last_days": days,
                    "repeat_purchase_days": repeats,
                    "discounted_purchases": worth,
                    "value_minor": worth * 9000,
                }
            )
    return rows
