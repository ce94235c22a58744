"""Survival of contracts: who renews each time, by cohort, and how long those who are left will stay.

A contract lasts `contract_days` from the first purchase. Each renewal is a purchase when it runs out, up to half a
period before or after; the first one missed ends it: who comes back later has left before. Retention rises with age
because those who leave easily are gone first, which the shifted-beta-geometric model (`lifetime.sbg`) says with two
parameters.

A renewal is counted for a cohort once its time is over for the youngest customer, so all counts of a cohort are of the
same customers. Without contracts none of this holds: silence is not leaving.

Sources: P. S. Fader and B. G. S. Hardie (2007), Journal of Interactive Marketing 21(1); the same (2010), Marketing
Science 29(1).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil, expm1, floor, isfinite
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import chdtrc

from vinculo.differentiate.lifetime import sbg
from vinculo.differentiate.lifetime.model import Diagnosis, Fit, Integers
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.foundation import periods
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import Translate
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.contracts import CONTRACT_COHORTS, CONTRACT_SURVIVAL

Row = dict[str, object]
EVERYBODY: Row = {"dimension": "all", "dimension_value": "all"}

NOT_DUE = Diagnosis(
    False,
    "not_due",
    "No renewal has been due for the whole cohort yet, so how long its customers stay is taken from the other cohorts.",
)


@dataclass(frozen=True)
class Cohort:
    """Customers who came in the same period, and how many were still there after each renewal that was due."""

    came: date
    survivors: Integers
    """At the start, after the first renewal, after the second, …"""

    @property
    def renewals(self) -> int:
        """Return how many renewals were due for the whole cohort."""
        return len(self.survivors) - 1


def check(lifetime: Lifetime) -> None:
    """Raise `SettingsError` for lengths that make no sense."""
    for name in ("opportunity_days", "contract_days"):
        days = getattr(lifetime, name)
        if days < 0 or 0 < days < 1:
            raise SettingsError(
                "lifetime.{name} is {found}: give a length of 1 day or more, or 0 to leave it out.",
                name=name,
                found=days,
            )


def summarize(engine: Engine, settings: Settings, translate: Translate) -> dict[str, pa.Table]:
    """Return the tables `contract_survival` and `contract_cohorts`.

    Assumes that a customer who does not renew has left. One row of each is described in its contract.
    Projections reach over the horizon, and start from the survivors of the last renewal seen.

    Parameters
    ----------
    engine
        Holds the relation `customer_days`, and `scoped_profile` where dimensions are asked for.
    settings
        `lifetime.contract_days` above 0, `cohort_period`, `as_of`, horizon and discount rate.
    translate
        Says diagnoses in another language.
    """
    survived: list[Row] = []
    fitted: list[Row] = []
    for scope, cohorts in read(engine, settings):
        known = [sbg.Survival(each.came.isoformat(), each.survivors) for each in cohorts if each.renewals]
        together = sbg.fit(known) if known else None
        own = sbg.fit_each(known)
        book = Book(settings, translate, scope, together, own, alike(known, own))
        survived += [row for cohort in cohorts for row in book.survival(cohort)]
        fitted += book.fitted(cohorts)
    return {
        CONTRACT_SURVIVAL.name: pa.Table.from_pylist(survived, schema=CONTRACT_SURVIVAL.schema),
        CONTRACT_COHORTS.name: pa.Table.from_pylist(fitted, schema=CONTRACT_COHORTS.schema),
    }


def read(engine: Engine, settings: Settings) -> Iterator[tuple[Row, list[Cohort]]]:
    """Yield everybody, then each value of each asked dimension, with the cohorts in the order of time.

    Renewals are over for all values at the same time, so that the survivors of the values add up.
    """
    engine.materialise(
        "streaks",
        queries.load(__package__, "streaks"),
        as_of=settings.as_of,
        contract_days=settings.lifetime.contract_days,
    )
    period = settings.cohort_period
    found = engine.rows(queries.load(__package__, "survivors"), cohort_period=period).to_pylist()
    youngest: dict[date, date] = {}
    for row in found:
        youngest[row["cohort"]] = max(row["last_joined_on"], youngest.get(row["cohort"], row["last_joined_on"]))
    over = {came: renewals_over(joined, settings) for came, joined in youngest.items()}
    yield EVERYBODY, counted(found, over)
    for dimension in settings.by:
        rows = engine.rows(queries.load(__package__, "survivors_by"), dimension=dimension, cohort_period=period)
        for value, theirs in groupby(rows.to_pylist(), key=itemgetter("dimension_value")):
            yield {"dimension": dimension, "dimension_value": value}, counted(list(theirs), over)


def renewals_over(joined: date, settings: Settings) -> int:
    """Return how many renewals of who joined on a day were over by the close of `as_of`."""
    # Day d belongs to renewal k while d < (k + 1/2) length; by the close of as_of, elapsed + 1 days are over.
    length = settings.lifetime.contract_days
    return max(floor(((settings.as_of - joined).days + 1) / length - 0.5), 0)


def counted(found: Sequence[Mapping[str, Any]], over: Mapping[date, int]) -> list[Cohort]:
    """Return the survivors of each cohort from its rows of customers and renewals."""
    cohorts: dict[date, Integers] = {}
    for row in found:
        renewed = cohorts.setdefault(row["cohort"], np.zeros(over[row["cohort"]] + 1, np.int64))
        renewed[: row["renewals"] + 1] += row["customers"]
    return [Cohort(came, renewed) for came, renewed in cohorts.items()]


def alike(known: Sequence[sbg.Survival], own: Mapping[str, Fit]) -> float | None:
    """Return the p-value of the cohorts having the same parameters: chi-square of 2 (cohorts - 1) degrees.

    Cohorts that could not be fitted by themselves say nothing of it.
    """
    compared = [each for each in known if isfinite(own[each.cohort].log_likelihood)]
    if len(compared) < 2:
        return None
    apart = sum(own[each.cohort].log_likelihood for each in compared)
    gained = max(2 * (apart - sbg.fit(compared).log_likelihood), 0.0)
    return float(chdtrc(2 * (len(compared) - 1), gained))


@dataclass(frozen=True)
class Book:
    """The fits, and the rows they give."""

    settings: Settings
    translate: Translate
    scope: Row
    """Dimension and value of the customers."""
    together: Fit | None
    own: Mapping[str, Fit]
    alike: float | None
    """P-value of all cohorts having the same parameters."""

    @property
    def rate(self) -> float:
        """Return the discount rate of one contract period."""
        daily = periods.annual_to_daily(self.settings.discount_rate_annual)
        return expm1(daily * self.settings.lifetime.contract_days)

    def best(self, cohort: Cohort) -> tuple[str | None, Fit | None]:
        """Return whose parameters a cohort is forecast by, and the fit: its own when identified, else that of all."""
        mine = self.own.get(cohort.came.isoformat())
        for whose, fit in (("cohort", mine), ("all", self.together)):
            if fit is not None and fit.diagnosis.identified:
                return whose, fit
        return None, None

    def survival(self, cohort: Cohort) -> Iterator[Row]:
        """Yield the rows of `contract_survival` of one cohort."""
        ahead = ceil(self.settings.horizon_days / self.settings.lifetime.contract_days)
        _, fit = self.best(cohort)
        shares = sbg.survival(fit.parameters, cohort.renewals + ahead) if fit else None
        seen = cohort.survivors
        for period in range(cohort.renewals + ahead + 1):
            projected = period > cohort.renewals
            yield self.scope | {
                "cohort": cohort.came,
                "period": period,
                "projected": projected,
                "survivors": None if projected else int(seen[period]),
                "share": None if projected else float(seen[period] / seen[0]),
                "expected_share": None if shares is None else float(shares[period]),
                "expected_survivors": None
                if shares is None or not projected
                else float(seen[-1] * shares[period] / shares[cohort.renewals]),
            }

    def fitted(self, cohorts: list[Cohort]) -> Iterator[Row]:
        """Yield the rows of `contract_cohorts`: all together, then each."""
        fitted = [cohort for cohort in cohorts if cohort.renewals]
        if self.together is not None:
            sound = self.together if self.together.diagnosis.identified else None
            yield {
                "cohort": None,
                "customers": sum(int(each.survivors[0]) for each in fitted),
                "survivors": sum(int(each.survivors[-1]) for each in fitted),
                "renewals": max(each.renewals for each in fitted),
                "likelihood_ratio_p": self.alike,
                **self.figures(self.together),
                **self.to_come("all" if sound else None, sound, 1),
            }
        for cohort in cohorts:
            yield {
                "cohort": cohort.came,
                "customers": int(cohort.survivors[0]),
                "survivors": int(cohort.survivors[-1]),
                "renewals": cohort.renewals,
                "likelihood_ratio_p": None,
                **self.figures(self.own.get(cohort.came.isoformat())),
                **self.to_come(*self.best(cohort), cohort.renewals + 1),
            }

    def figures(self, fit: Fit | None) -> Row:
        """Return what was fitted, nulls where there is nothing."""
        diagnosis = NOT_DUE if fit is None else fit.diagnosis
        row: Row = {**self.scope, "log_likelihood": finite(fit.log_likelihood) if fit else None}
        for name in sbg.PARAMETERS:
            row[name] = finite(fit.parameters[name]) if fit else None
            row[f"{name}_standard_error"] = finite(fit.standard_errors[name]) if fit else None
        return row | {
            "identified": diagnosis.identified,
            "diagnosis_code": diagnosis.code,
            "diagnosis": self.translate(diagnosis.sentence),
        }

    def to_come(self, whose: str | None, fit: Fit | None, period: int) -> Row:
        """Return the residual lifetime of those who are in a period, and by whose parameters."""
        expected = sbg.residual_lifetime(fit.parameters, period, rate=self.rate) if fit else None
        return {"parameters_of": whose, "current_period": period, "residual_lifetime_periods": expected}


def finite(value: float) -> float | None:
    """Return a figure, or nothing where there is none."""
    return value if isfinite(value) else None
