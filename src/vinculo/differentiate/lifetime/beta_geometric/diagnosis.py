"""What can be said of a beta-geometric fit, before and after it: a diagnosis in words, never an exception."""

import numpy as np

from vinculo.differentiate.lifetime.fitting import Optimum
from vinculo.differentiate.lifetime.model import Counts, Diagnosis

FEW_REPEATERS = 30
HOMOGENEOUS_SHAPE = 100.0
SAME_COIN = 1_000.0
NO_DROPOUT = 1e-3

OK = Diagnosis(True, "ok", "The parameters are well determined.")
NO_CUSTOMERS = Diagnosis(False, "no_customers", "There are no customers with a purchase, so there is nothing to fit.")
NO_TIME = Diagnosis(
    False,
    "no_time",
    "All customers bought for the first time on the last day, so nobody has had time to come back: wait, or look at an "
    "earlier day.",
)
NO_REPEATS = Diagnosis(
    False,
    "no_repeats",
    "No customer has bought again, so neither a rate of buying nor a rate of leaving can be told from the data.",
)
FEW_REPEATS = Diagnosis(
    False,
    "few_repeats",
    "Almost nobody has bought again (fewer than 30 customers, or nobody more than once), so the model is not "
    "determined: use a simple rule.",
)
NO_HETEROGENEITY = Diagnosis(
    False,
    "no_heterogeneity",
    "All customers buy at nearly the same rate (r and alpha go to infinity), so there is nothing to learn from each "
    "one's history: use one common rate (Poisson).",
)
FLAT = Diagnosis(
    False,
    "flat_ridge",
    "The likelihood is flat around its maximum, so different parameters explain the data equally well: add a penalty "
    "or use a simpler model.",
)
DROPOUT_ABSENT = Diagnosis(
    True,
    "no_dropout",
    "No dropout can be detected (a goes to zero): customers keep buying at their own rates, and the purchase part of "
    "the model holds.",
)
DROPOUT_COMMON = Diagnosis(
    True,
    "same_dropout",
    "All customers drop out with nearly the same probability (a and b go to infinity together): only their ratio is "
    "determined, and the predictions hold.",
)


def before(counts: Counts) -> Diagnosis | None:
    """Return why counts cannot be fitted at all, or None."""
    if counts.total <= 0:
        return NO_CUSTOMERS
    if int(counts.tenure_days.max()) <= 0:
        return NO_TIME
    if int(counts.repeat_purchase_days.max()) <= 0:
        return NO_REPEATS
    return None


def after(counts: Counts, optimum: Optimum) -> Diagnosis:
    """Return what a fit found."""
    repeaters = float(counts.customers[counts.repeat_purchase_days > 0].sum())
    if repeaters < FEW_REPEATERS or int(counts.repeat_purchase_days.max()) < 2:
        return FEW_REPEATS
    r, _, a, b = np.exp(optimum.theta)
    if r > HOMOGENEOUS_SHAPE:
        return NO_HETEROGENEITY
    if a / (a + b) < NO_DROPOUT:
        return DROPOUT_ABSENT
    if a + b > SAME_COIN:
        return DROPOUT_COMMON
    return OK if optimum.identified else FLAT
