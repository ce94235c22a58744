"""The peer: lifetimes 0.11.3 fits BG/NBD and scores every customer. CPU seconds without imports."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import pandas as pd  # noqa: E402
from lifetimes import BetaGeoFitter  # noqa: E402
from lifetimes.utils import _customer_lifetime_value  # noqa: E402

from benchmarks.forecast import DAILY_RATE, HORIZON_DAYS  # noqa: E402


def work(path: str) -> dict[str, object]:
    """Fit, then P(alive), expected and discounted purchases in twelve months of 30 days."""
    table = pd.read_parquet(path, columns=["repeat_purchase_days", "age_at_last_days", "tenure_days"])
    x, t_x, tenure = table["repeat_purchase_days"], table["age_at_last_days"], table["tenure_days"]
    model = BetaGeoFitter()
    model.fit(x, t_x, tenure)
    alive = model.conditional_probability_alive(x, t_x, tenure)
    expected = model.conditional_expected_number_of_purchases_up_to_time(HORIZON_DAYS, x, t_x, tenure)
    monthly_rate = (1 + DAILY_RATE) ** 30 - 1
    ones = pd.Series(1.0, index=table.index)
    value = _customer_lifetime_value(model, x, t_x, tenure, ones, time=12, discount_rate=monthly_rate, freq="D")
    return {
        "parameters": {name: float(model.params_[name]) for name in ("r", "alpha", "a", "b")},
        "alive": float(alive.sum()),
        "expected": float(expected.sum()),
        "discounted": float(value.sum()),
    }


if __name__ == "__main__":
    started = time.process_time()
    found = work(sys.argv[1])
    print(json.dumps({**found, "cpu_seconds": time.process_time() - started}))
