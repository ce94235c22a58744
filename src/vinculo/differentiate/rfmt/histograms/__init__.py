"""Histograms of R, F, M and T: the distinct values, turned so that larger is better, ranked and cut in the engine."""
