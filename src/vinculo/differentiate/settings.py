"""Settings of an analysis: what a company decides, with defaults that are stated in every report."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vinculo.foundation.errors import SettingsError

DIMENSIONS = ("country", "channel", "segment", "dominant_category", "cohort")
ITEMS = ("product", "category")
"""What else than customers can be ranked by its sales."""

LAST_DAY = date.max
"""Stands for the last day in the data."""


@dataclass(frozen=True)
class CostToServe:
    """Cost-to-serve rates, used where actual costs are not known. All are assumptions until a company sets them.

    Defaults suit a shop that posts parcels, in hundredths of a euro, pound or dollar; contacts and commissions count
    nothing until their rate is given, so that nothing unknown is taken off the profit.
    """

    margin_share: float = 0.40
    """Margin on net sales assumed for lines whose cost is not in the data."""
    delivery_minor: int = 350
    """One delivery; a customer's purchases of one day travel together."""
    return_handling_minor: int = 500
    """Handling the returns of one day."""
    contact_minor: int = 0
    """One contact (call, mail, visit)."""
    contacts_per_year: float = 0.0
    """Contacts a customer costs each year of tenure."""
    commission_share: float = 0.0
    """Commission on sales after discount."""


@dataclass(frozen=True)
class Rfmt:
    """How RFMT scores are cut and weighted."""

    method: str = "quantiles"
    """quantiles: equal shares of customers; nested: F within R, M within both; cutpoints: the company's own edges;
    behaviour: a single purchase apart, frequencies at means of what is left above, equal shares of sales for M."""
    bins: int = 5
    """Bins of each letter, from 2 to 5."""
    time: str = "interpurchase"
    """What T means: interpurchase or tenure (product type is a cross-tab, not a score)."""
    weights: tuple[float, float, float, float] = (0.25, 0.25, 0.25, 0.25)
    """Weights of R, F, M and T in the weighted score."""
    cutpoints: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """With method cutpoints: inner edges for recency, frequency, monetary, time."""
    segments: tuple[dict[str, Any], ...] = ()
    """The company's own named segments, a table each: code, and if you like name, meaning and ranges such as
    recency = [4, 5]; the first that matches decides, the last without ranges takes the rest. None: those of RFM."""
    contact_cost_minor: int = 50
    """Cost of one contact of a mailing, for the break-even response rate."""
    mailing_precision: float = 0.25
    """Test mailing: margin of error of the response as a share of break-even."""
    mailing_confidence: float = 0.95
    """Test mailing: confidence with which the response is known within that margin."""


@dataclass(frozen=True)
class Tiers:
    """Thresholds of value tiers and relationship areas. An amount set by the company overrides the share beside it."""

    high_performance_share: float = 0.20
    """High performance: the top share of customers by past contribution, as long as it is above zero."""
    high_performance_minor: int | None = None
    """High performance: past contribution from which it begins."""
    high_potential_share: float = 0.20
    """High potential: the top share by residual value among the rest, as long as it is above zero."""
    high_potential_minor: int | None = None
    """High potential: residual value from which it begins."""
    acquire_days: int = 90
    """Acquire: a customer with one purchase is still being won for so many days after it."""
    overdue_intervals: float = 2.0
    """Overdue: no purchase for longer than so many of the customer's own mean intervals."""
    slipping_probability: float = 0.60
    """Retain: a valuable customer, overdue, whose chance to buy in the horizon fell below this share of what is usual
    for him (1 - exp(-horizon / own mean interval); after a single purchase, that of customers just won)."""
    silence_probability: float = 0.05
    """Retain: or a valuable customer with three purchases or more, silent for so long as would happen with less than
    this probability if he went on buying at his own rate."""
    loyal_purchase_days: int = 5
    """Build loyalty: purchase days from which a customer on rhythm is a repeated one, whatever his tier."""
    gone_probability: float = 0.10
    """Let go: gone when the chance to buy in the horizon is below this."""
    let_go_share: float = 0.50
    """Let go: gone customers are let go when their residual value is within the lowest share of all."""
    let_go_minor: int | None = None
    """Let go: residual value up to which gone customers are let go."""


@dataclass(frozen=True)
class Lifetime:
    """How future value is estimated."""

    models: tuple[str, ...] = ("bg_nbd", "mbg_nbd", "pareto_nbd")
    """Purchase models that compete; the NBD without dropout always stands by."""
    fit_by: str = ""
    """Fit by the values of one dimension: country, channel or cohort."""
    penalty: float = 0.0
    """L2 penalty on the log-parameters; 0 is maximum likelihood."""
    interval: float = 0.80
    """Coverage of the customer-level intervals."""
    origins: int = 3
    """Origins of the rolling-origin backtest."""
    sample: int = 30_000
    """Customers sampled for the backtest and for choosing the model; all when there are fewer."""
    hiatus_days: int = 0
    """Days of the hiatus rule; 0 chooses the best in the calibration half."""
    opportunity_days: int = 91
    """Length of a period of the BG/BB, which counts periods with a purchase; shorter ones take longer, 0 leaves it
    out."""
    contract_days: float = 0.0
    """Length of a contract (30.44 for a month, 365.25 for a year): a purchase at most half of it before or after it
    runs out renews it, who does not renew has left, and survival by cohort is fitted. 0: there are no contracts."""
    seed: int = 20110609
    """Seed of everything random: the same data give the same figures."""


@dataclass(frozen=True)
class Habits:
    """How rhythm, favourites and unusual purchases are worked out."""

    hemisphere: str = "north"
    """Where the customers' seasons are: north or south. Seasons are whole months; winter is December to February."""
    favourites: int = 3
    """Favourite products listed for each customer."""
    minimum_days: int = 4
    """Purchase days from which on a customer's purchases are judged."""
    unusual_below: float = 0.01
    """Purchase days less likely than this are listed as unusual."""
    prior_days: float = 4.0
    """Days that the population's habits count for beside the customer's own."""
    bucket_lines: int = 12_000_000
    """Lines worked on at a time, in stretches of days and then buckets of customers: bounds the memory."""

    def __post_init__(self) -> None:
        if self.hemisphere not in ("north", "south"):
            raise SettingsError("There is no hemisphere {found!r}: choose north or south.", found=self.hemisphere)
        if self.minimum_days < 3 or self.favourites < 1 or self.bucket_lines < 1:
            raise SettingsError(
                "Habits need at least 3 purchase days, 1 favourite and 1 line a bucket: found {days}, {favourites} and "
                "{lines}.",
                days=self.minimum_days,
                favourites=self.favourites,
                lines=self.bucket_lines,
            )
        if not 0 < self.unusual_below < 1 or self.prior_days <= 0:
            raise SettingsError(
                "A probability lies between 0 and 1 and prior days are above 0: found {probability} and {days}.",
                probability=self.unusual_below,
                days=self.prior_days,
            )


@dataclass(frozen=True)
class Settings:
    """All that an analysis needs to know besides the data."""

    as_of: date = LAST_DAY
    """The day the calculation looks from, included; by default the last day in the data."""
    horizon_days: int = 365
    """Days the forecast looks ahead."""
    currency: str = "EUR"
    """Currency of the run; that of the data where they name one."""
    discount_rate_annual: float = 0.15
    """Rate a year at which future contributions are discounted."""
    by: tuple[str, ...] = ()
    """Dimensions that every summary table is cut by."""
    items: tuple[str, ...] = ()
    """What is ranked by its net sales beside the customers: product, category; each reads all lines once more."""
    language: str = "en"
    """Language of sentences and of the report: en or es."""
    cohort_period: str = "month"
    """Period whose new customers make a cohort: month, quarter or week."""
    costs: CostToServe = field(default_factory=CostToServe)
    rfmt: Rfmt = field(default_factory=Rfmt)
    tiers: Tiers = field(default_factory=Tiers)
    lifetime: Lifetime = field(default_factory=Lifetime)
    habits: Habits = field(default_factory=Habits)
