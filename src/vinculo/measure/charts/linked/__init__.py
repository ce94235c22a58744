"""Linked charts: the marks lead to the customers behind them; also the charts that only such pages need."""
