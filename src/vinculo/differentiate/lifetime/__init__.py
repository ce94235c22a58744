"""Future value: purchase models, spend, scoring, backtest and model card."""
