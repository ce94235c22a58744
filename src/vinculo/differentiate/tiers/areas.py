"""Relationship areas: what to work at with each customer.

The five areas of relationship marketing, and one for those on whom no more is spent. Rules, in the order in which
they are tried (the first that matches decides, so every customer has exactly one area):

1. *acquire* (captar): being won: no purchase yet (and not below zero), or the first one at most `acquire_days` ago;
2. *retain* (retener): valuable (high performance or high potential) and slipping: unusually silent; **or** silent
   for more than `overdue_intervals` of the customer's own mean intervals and less likely to buy in the horizon than
   `slipping_probability` of what is usual for the customer (after a single purchase, which shows no rhythm, of what
   is usual for customers just won); *all but lost*, in the reason, below `gone_probability`;
3. *let go* (dejar ir): value tier below zero; or of standard value and gone: less likely to buy than
   `gone_probability`, with a residual value within the lowest `let_go_share`;
4. *maximise* (maximizar): high potential, not slipping: room to grow;
5. *build loyalty* (vincular): high performance, not slipping; or `loyal_purchase_days` purchases or more and not
   overdue: the habit is there, the bond is to be built;
6. *maintain* (mantener): everybody else.

*Unusually silent*: a silence at least this long has less than `silence_probability` if the customer went on buying at
his own rate, which only his own x repeat purchases in t_x days tell (x >= 2):

    P(silence > s) = (t_x / (t_x + s))^x

The gaps of a buyer at a constant rate are exponential; with a flat prior on the logarithm of the rate, the rate is
gamma(x, t_x) once x gaps adding up to t_x are known, and the next gap is of the Pareto type (Lomax). Few purchases
leave the rate uncertain, so a longer silence is asked for: at 0.05 and x = 2, 3.5 times t_x; at x = 10, 0.35 times. No
model of dropout enters: also where the chosen model knows none, or believes in none, silence is noticed.

The usual chance of somebody who buys at his own rate is 1 - exp(-horizon / mean interval). The chance to buy is
P(at least one purchase in the horizon), never P(alive): for BG/NBD that is 1 after a single purchase.
"""

import pyarrow as pa

from vinculo.differentiate.tiers import totals
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import tiers as contracts


def summarize(engine: Engine) -> pa.Table:
    """Return the table `areas`.

    Assumes the relation `scoped_value`. One row is one relationship area of one value of a dimension; amounts in
    minor units; the customers of all areas add up to all customers.
    """
    return totals.of(engine, contracts.AREAS, label="relationship_area")
