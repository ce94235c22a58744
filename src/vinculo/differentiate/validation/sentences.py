"""What validation says to people: English templates, said in a language with its own figures."""

from dataclasses import dataclass

from babel.numbers import format_decimal

from vinculo.foundation import language

TOO_SHORT = (
    "There is no backtest: the history covers {days} days, and at least eight weeks are needed to forecast one half "
    "of it from the other."
)
TOO_FEW_CUSTOMERS = (
    "There is no backtest: of {customers} customers fewer than twenty were known early enough to be forecast and "
    "checked."
)
SHORTER_HORIZON = (
    "With {days} days of history the backtest looks {horizon} days ahead instead of {asked}: how well the longer "
    "horizon is forecast has not been tested."
)
FEWER_ORIGINS = "Origins of the backtest: {origins} instead of {asked}; the history has no room for more."
SAMPLED = "The backtest uses a fixed sample of {customers} of {population} customers; its standard errors are stated."
NEW_CUSTOMERS = (
    "After the last origin {customers} new customers came and bought on {purchases} days: no forecast of known "
    "customers contains them."
)

CHOSEN_BEST = (
    "{model} is used: of the models that the data identify it gave what happened the highest probability (log loss "
    "{loss}), and it forecast {predicted} purchase days where there were {actual} ({bias})."
)
CHOSEN_TIED = (
    "{model} is used: its log loss ({loss}) is within the sampling error of the best ({best}, {best_loss}), and among "
    "equals the order is fixed; it forecast {predicted} purchase days where there were {actual} ({bias})."
)
CHOSEN_ONLY = (
    "{model} is used: it is the only candidate left; it forecast {predicted} purchase days where there were {actual} "
    "({bias})."
)
CHOSEN_UNTESTED = "{model} is used: without a backtest the model with the lowest AIC ({aic}) is taken."
CHOSEN_FALLBACK = (
    "{model}, which knows no dropout, is used as a fallback: no model with dropout could be identified in these data."
)
SET_ASIDE_BIAS = "{model} was set aside: its total was off by {bias}, against {least} of {other}."
SET_ASIDE_UNIDENTIFIED = "{model} was set aside: the data do not identify it. {diagnosis}"
RANKING_TIE = (
    "For telling who will buy, the simple rule “{rule}” does as well as the model (area under the curve {rule_area} "
    "against {model_area})."
)
CAPTURE_TIE = (
    "For picking the best tenth of the customers, the simple rule “{rule}” does as well as the model: its tenth made "
    "{rule_share} of the later purchases, the model's {model_share}."
)
RANKING_WORSE = (
    "For telling who will buy, the simple rule “{rule}” does better than the model (area under the curve {rule_area} "
    "against {model_area})."
)
RANKING_BETTER = (
    "For telling who will buy, the model is better than every simple rule: the best of them, “{rule}”, reaches an area "
    "under the curve of {rule_area} against {model_area}."
)
TOTAL_RULE_BETTER = (
    "For the total, the simple rule “{rule}” came closer than the model ({rule_bias} against {model_bias})."
)

GROUPS_BETTER = (
    "Fitted by {dimension}, {model} forecast better than fitted to everybody: log loss {own} against {pooled}, total "
    "off by {bias} against {pooled_bias}."
)
GROUPS_ALIKE = (
    "Fitted by {dimension}, {model} forecast no better than fitted to everybody: log loss {own} against {pooled}, "
    "total off by {bias} against {pooled_bias}."
)
GROUPS_WORSE = (
    "Fitted by {dimension}, {model} forecast worse than fitted to everybody: log loss {own} against {pooled}, total "
    "off by {bias} against {pooled_bias}. One fit for everybody is the better choice."
)
GROUPS_UNTESTED = (
    "Whether fitting by {dimension} forecasts better than one fit for everybody could not be tested: no group had "
    "{customers} customers in the sample at an origin of the backtest and parameters that the data identify."
)
COUNTRY = "country"
CHANNEL = "channel"
SEGMENT = "segment"
CATEGORY = "type of goods"
COHORT = "month of the first purchase"

BIAS = (
    "In the backtest the model's total was off by {bias} (sampling error {error}): take totals and values with that "
    "margin."
)
UNSTABLE = "From one origin to another the quotient of forecast and actual purchases went from {low} to {high}."
SHORT_HISTORY = (
    "The history ({days} days) is shorter than twice the horizon ({horizon} days): the forecast reaches further than "
    "what was seen."
)
FEW_REPEATERS = "Only {repeaters} customers bought again: the parameters rest on them alone."
SEASONS = (
    "With less than two years of history a season cannot be told from a trend: the model spreads purchases evenly "
    "over the year."
)
PARTIAL_MONTH = "The last month ends on day {day}: do not compare it with whole months."
SPEND_CORRELATION = (
    "Those who buy more often spend {direction} a time (correlation {correlation}): the value of the best customers is "
    "{bias}."
)
SPEND_MORE = "more"
SPEND_LESS = "less"
UNDERSTATED = "understated"
OVERSTATED = "overstated"
REGULAR = (
    "Purchases are more regular than random (k = {k}): a missed purchase says more than the model believes, so "
    "lost customers are noticed late."
)
ALIVE_WORSE = (
    "The probability of being alive of {model} is no guide to who leaves (area under the curve {area}): use the "
    "probability of buying."
)

PURCHASE_DAY = "A purchase day is a day with at least one sale; several purchases of one day count once."
FIRST_EVER = "The first purchase in the data is taken for the customer's first ever."
RANDOM_RATE = "Each customer buys at random at a rate of his own; rates are spread by a gamma distribution."
DROPOUT = "Each customer can leave for good without saying so; nobody who left comes back."
NO_DROPOUT = "No customer ever leaves."
STEADY = "Seasons, campaigns, prices and trends are not in the model: the future is like the past."
KNOWN_ONLY = "The forecast is of customers known today; those still to be won are not in it."
DISCOUNT = "Future amounts are discounted at {rate} a year."
LIKELIHOOD = "Parameters are of maximum likelihood, without a prior."
PENALTY = "Parameters are drawn towards 1 by a penalty of {penalty} times the sum of their squared logarithms."
FALLBACK_PRIOR = (
    "The model without dropout has a prior that weighs as one customer seen for a year with half a repeat purchase."
)
NESTING = (
    "Only the model without dropout is nested in the others (dropout towards zero), on the edge of what they can be: "
    "the likelihood-ratio test with 2 degrees of freedom is cautious. BG/NBD, MBG/NBD and Pareto/NBD are not nested in "
    "each other: they are compared by AIC, BIC and the backtest."
)

NAMES = {
    "bg_nbd": "BG/NBD",
    "mbg_nbd": "MBG/NBD",
    "pareto_nbd": "Pareto/NBD",
    "nbd": "NBD",
    "bg_bb": "BG/BB",
    "bg_nbd_by_group": "BG/NBD by group",
    "mbg_nbd_by_group": "MBG/NBD by group",
    "pareto_nbd_by_group": "Pareto/NBD by group",
    "nbd_by_group": "NBD by group",
    "own_rate": "own rate",
    "same_count": "same count as before",
    "base_rate": "the same rate for everybody",
    "hiatus_rule": "active if bought lately",
    "since_last": "who bought last",
}


DIMENSIONS = {
    "country": COUNTRY,
    "channel": CHANNEL,
    "segment": SEGMENT,
    "dominant_category": CATEGORY,
    "cohort": COHORT,
}


@dataclass(frozen=True)
class Speaker:
    """Says templates in a language: translated first, formatted after, figures the way the language writes them."""

    language: str

    def say(self, template: str, **values: object) -> str:
        """Return a sentence; whole numbers are grouped, other figures come as text."""
        written = {name: self.decimal(v, 0) if isinstance(v, int) else v for name, v in values.items()}
        return self.translate(template).format(**written)

    def translate(self, sentence: str) -> str:
        """Return a sentence without figures in the language."""
        return language.translator(self.language)(sentence)

    def name(self, candidate: str) -> str:
        """Return the name of a model or rule."""
        return self.translate(NAMES.get(candidate, candidate))

    def decimal(self, value: float, digits: int = 3) -> str:
        """Return a figure with so many decimals."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self.language)

    def percent(self, share: float, *, signed: bool = False) -> str:
        """Return a share in per cent, with its sign where asked."""
        sign = "+" if signed and share >= 0 else ""
        space = "" if self.language == "en" else "\N{NO-BREAK SPACE}"
        return f"{sign}{format_decimal(100 * share, format='#,##0.0', locale=self.language)}{space}%"
