"""Slipping customers: the valuable ones who buy less than they used to, by what is at risk.

Value at risk is what the customer would be worth in the horizon if he went on at his own rate, less what he is worth
as things are. The own rate counts horizon / mean interval purchases, never more than he has made so far (two
purchases in two days are no daily habit), each at the expected contribution of a purchase, discounted to the middle
of the horizon. Customers with one purchase have no rate and are not listed.
"""

import pyarrow as pa

from vinculo.differentiate.settings import Settings
from vinculo.foundation import money, periods
from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import tiers as contracts

RARELY = 0.001
"""Smallest chance that is written out."""


def summarize(engine: Engine, settings: Settings, translate: Translate) -> pa.Table:
    """Return the table `slipping`: the 100 slipping and the 100 all but lost customers with most at risk.

    For each value of a dimension there are 10 of each. Customers less likely to buy than `gone_probability` are
    listed apart (`state` is lost), because there is more to regret than to save. Assumes the relation
    `scoped_value`. One row is one customer of the area *retain*; amounts in minor units.
    """
    found = engine.rows(
        queries.load(__package__, "slipping"),
        horizon_days=settings.horizon_days,
        gone_probability=settings.tiers.gone_probability,
        daily_rate=periods.annual_to_daily(settings.discount_rate_annual),
    )
    reasons = [_reason(row, settings, translate) for row in found.to_pylist()]
    return found.append_column("reason", pa.array(reasons, pa.string())).cast(contracts.SLIPPING.schema)


def _reason(row: dict[str, object], settings: Settings, translate: Translate) -> str:
    def written(name: str) -> str:
        amount = row[name]
        assert isinstance(amount, int)
        return money.words(amount, settings.currency, settings.language)

    interval, since = row["mean_interpurchase_days"], row["since_last_days"]
    assert isinstance(interval, float)
    assert isinstance(since, int)
    words, silence = _days(round(interval), translate), _days(since, translate)
    now = written("residual_value_minor")
    if row["value_at_risk_minor"] == 0:
        # A model without dropout takes silence for chance and sees no loss: then the silence itself is the reason.
        chance = row["silence_probability"]
        assert isinstance(chance, float)
        return Phrase(
            "Bought every {interval}, silent for {since}, which at the usual rate has a chance of {chance:.1%}. The "
            "forecast, {now} in the next {horizon} days, does not count it yet.",
            interval=words,
            since=silence,
            chance=max(chance, RARELY),
            now=now,
            horizon=settings.horizon_days,
        ).say(translate)
    return Phrase(
        "Bought every {interval}, silent for {since}: worth {usual} in the next {horizon} days at the usual rate, "
        "{now} as things are.",
        interval=words,
        since=silence,
        usual=written("usual_value_minor"),
        now=now,
        horizon=settings.horizon_days,
    ).say(translate)


def _days(count: int, translate: Translate) -> str:
    return f"{count}{translate(' day') if count == 1 else translate(' days')}"
