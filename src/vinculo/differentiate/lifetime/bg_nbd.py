"""BG/NBD: customers buy at their own rate and may drop out after any repeat purchase.

Source: P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the
Pareto/NBD Model, Marketing Science 24(2):275-284. P(alive) of a customer without a repeat is 1 by construction, so it
must never be shown as a churn score; 1 - P(buys) is one.

>>> from vinculo.differentiate.lifetime import bg_nbd
>>> from vinculo.differentiate.lifetime.model import Histories
>>> import numpy as np
>>> cdnow = {"r": 0.2426, "alpha": 30.895, "a": 0.7929, "b": 2.4259}
>>> one = Histories(np.array([2]), np.array([213]), np.array([272]))
>>> bg_nbd.MODEL.expected_purchases(cdnow, one, 273).round(3)
array([1.226])
"""

from vinculo.differentiate.lifetime.beta_geometric.purchasing import BetaGeometric

MODEL = BetaGeometric("bg_nbd", tosses_at_start=0)
