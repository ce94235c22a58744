"""What can be said of a Pareto/NBD fit: a diagnosis in words, never an exception."""

import math

import numpy as np

from vinculo.differentiate.lifetime.beta_geometric import diagnosis as purchases
from vinculo.differentiate.lifetime.fitting import Optimum
from vinculo.differentiate.lifetime.model import Counts, Diagnosis

NO_DROPOUT = 0.005
SAME_DROPOUT_SHAPE = 100.0

DROPOUT_ABSENT = Diagnosis(
    True,
    "no_dropout",
    "No dropout can be detected (nobody seems to have left by now): customers keep buying at their own rates, and the "
    "purchase part of the model holds.",
)
DROPOUT_COMMON = Diagnosis(
    True,
    "same_dropout",
    "All customers leave at nearly the same rate (s and beta go to infinity together): only their ratio is determined, "
    "and the predictions hold.",
)


def after(counts: Counts, optimum: Optimum) -> Diagnosis:
    """Return what a fit found."""
    repeaters = float(counts.customers[counts.repeat_purchase_days > 0].sum())
    if repeaters < purchases.FEW_REPEATERS or int(counts.repeat_purchase_days.max()) < 2:
        return purchases.FEW_REPEATS
    r, _, s, beta = np.exp(optimum.theta)
    if r > purchases.HOMOGENEOUS_SHAPE:
        return purchases.NO_HETEROGENEITY
    tenure = float(np.sum(counts.customers * counts.tenure_days)) / counts.total
    if -math.expm1(-s * math.log1p(tenure / beta)) < NO_DROPOUT:
        return DROPOUT_ABSENT
    if s > SAME_DROPOUT_SHAPE:
        return DROPOUT_COMMON
    return purchases.OK if optimum.identified else purchases.FLAT
