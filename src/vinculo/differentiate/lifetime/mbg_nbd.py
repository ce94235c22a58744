"""MBG/NBD: as BG/NBD, but the first purchase may already have been the last.

Sources: E. P. Batislam, M. Denizel and A. Filiztekin (2007), Empirical validation and comparison of models for customer
base analysis, International Journal of Research in Marketing 24(3):201-209; D. Hoppe and U. Wagner (2007), Customer
Base Analysis: The Case for a Central Variant of the Betageometric/NBD Model, Marketing - Journal of Research and
Management 3(2):75-90. One-time buyers get a P(alive) below 1 that falls with time, unlike under BG/NBD.

>>> from vinculo.differentiate.lifetime import mbg_nbd
>>> from vinculo.differentiate.lifetime.model import Histories
>>> import numpy as np
>>> cdnow = {"r": 0.5248, "alpha": 43.282, "a": 0.8914, "b": 1.6140}
>>> one = Histories(np.array([0]), np.array([0]), np.array([272]))
>>> mbg_nbd.MODEL.p_alive(cdnow, one).round(3)
array([0.39])
"""

from vinculo.differentiate.lifetime.beta_geometric.purchasing import BetaGeometric

MODEL = BetaGeometric("mbg_nbd", tosses_at_start=1)
