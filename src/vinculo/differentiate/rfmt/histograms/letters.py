"""The letters of RFMT: the column of the profile each one measures, which way is better, and its name."""

LETTERS = ("recency", "frequency", "monetary", "time")
TIMES = {"interpurchase": "mean_interpurchase_days", "tenure": "tenure_days"}
_COLUMNS = {"recency": "since_last_days", "frequency": "purchase_days", "monetary": "net_sales_minor"}
_DESCENDING = ("since_last_days", "mean_interpurchase_days")

NAMES = {
    "since_last_days": "Recency (R)",
    "purchase_days": "Frequency (F)",
    "net_sales_minor": "Monetary value (M)",
    "mean_interpurchase_days": "Time between purchases (T)",
    "tenure_days": "Time since the first purchase (T)",
}


def columns(time: str) -> dict[str, str]:
    """Return the profile column that each letter measures.

    >>> columns("tenure")["time"]
    'tenure_days'
    """
    return _COLUMNS | {"time": TIMES[time]}


def turned(column: str) -> int:
    """Return -1 for a column where less is better (recently, at short intervals), else 1."""
    return -1 if column in _DESCENDING else 1
