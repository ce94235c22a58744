"""Test mailing: how many customers of each cell to mail before mailing them all, and what the answer then says.

Hughes' way to use RFM: mail a sample of each cell, then mail only the cells whose response beat break-even. The sample
must be large enough to tell the two apart: with response p and a margin of error d at a confidence given by z,

    n = z² · p · (1 - p) / d²            and from a cell of N customers        n / (1 + (n - 1) / N)

(normal approximation, W. G. Cochran 1977, *Sampling Techniques*, 3rd ed., ch. 4). The response measured is read with
Wilson's interval, which holds for the small rates of mailings where the plain one fails (E. B. Wilson 1927, Journal of
the American Statistical Association 22).
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray
from scipy import special

from vinculo.differentiate.settings import Rfmt
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.rfmt import RFMT_CELLS, RFMT_MAILING

Floats = NDArray[np.float64]


def sample_size(
    rate: ArrayLike, *, margin: ArrayLike, customers: ArrayLike = np.inf, confidence: float = 0.95
) -> Floats:
    """Return the customers to mail so that the response is known within a margin.

    The normal approximation must hold: some five responses and five silences are expected in the sample.

    Parameters
    ----------
    rate
        The response expected, between 0 and 1.
    margin
        Half the width of the interval wanted, in the same unit.
    customers
        Customers of the cell: a sample from few customers needs fewer. Infinite by default.
    confidence
        Coverage of the interval.

    >>> sample_size(0.5, margin=0.05).tolist(), sample_size(0.5, margin=0.05, customers=1000).tolist()
    (385.0, 278.0)
    """
    rate, margin, customers = (np.asarray(item, np.float64) for item in (rate, margin, customers))
    wanted = z(confidence) ** 2 * rate * (1 - rate) / margin**2
    return np.asarray(np.ceil(wanted / (1 + np.maximum(wanted - 1, 0) / customers) - 1e-9))


def wilson(responses: ArrayLike, mailed: ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the lower and upper end of Wilson's interval for a response rate.

    The customers mailed must be a random sample of the cell. With p = responses / mailed:

        (p + z²/2n ± z · √(p(1 - p)/n + z²/4n²)) / (1 + z²/n)

    >>> [round(float(end), 4) for end in wilson(15, 148)]
    [0.0624, 0.1605]
    """
    responses, mailed = np.asarray(responses, np.float64), np.asarray(mailed, np.float64)
    if np.any(mailed <= 0) or np.any(responses < 0) or np.any(responses > mailed):
        raise SettingsError("A response rate needs customers mailed, and from none to all of them responding.")
    share, squared = responses / mailed, z(confidence) ** 2
    middle = share + squared / (2 * mailed)
    half = np.sqrt(squared * (share * (1 - share) + squared / (4 * mailed)) / mailed)
    scale = 1 + squared / mailed
    return np.maximum((middle - half) / scale, 0.0), np.minimum((middle + half) / scale, 1.0)


def verdicts(
    responses: ArrayLike, mailed: ArrayLike, break_even_response_rate: ArrayLike, *, confidence: float = 0.95
) -> NDArray[np.str_]:
    """Return what a test mailing says of each cell: `mail`, `leave` or `unclear` (break-even lies in the interval).

    >>> verdicts([40, 10, 21], [1000, 1000, 1000], 0.02).tolist()
    ['mail', 'leave', 'unclear']
    """
    low, high = wilson(responses, mailed, confidence=confidence)
    break_even = np.asarray(break_even_response_rate, np.float64)
    return np.where(low > break_even, "mail", np.where(high < break_even, "leave", "unclear"))


def plan(cells: pa.Table, *, contact_cost_minor: int, precision: float = 0.25, confidence: float = 0.95) -> pa.Table:
    """Plan a test mailing: the sample of each cell that tells its response from break-even.

    The response is planned at break-even, where the decision is hardest.

    Parameters
    ----------
    cells
        The table `rfmt_cells` (contract `RFMT_CELLS`), all of it or the rows of the grain to be tested.
    contact_cost_minor
        Cost of one contact.
    precision
        Margin of error as a share of break-even: 0.25 tells a response of 2.5 % from a break-even of 2 %.
    confidence
        Coverage of the interval.

    Returns
    -------
    pyarrow.Table
        One row a cell, in the order of `cells`, as in the contract `RFMT_MAILING`. No sample is planned where no
        response rate below 1 pays.

    Raises
    ------
    SettingsError
        If precision or confidence is not between 0 and 1.
    """
    RFMT_CELLS.require(cells.column_names)
    if not 0 < precision < 1:
        raise SettingsError(
            "The precision of a test mailing is {found}: give a share between 0 and 1.", found=precision
        )
    customers = column(cells, "customers")
    break_even = column(cells, "break_even_response_rate")
    possible = (break_even > 0) & (break_even < 1)
    rate = np.where(possible, break_even, 0.5)
    wanted = sample_size(rate, margin=precision * rate, confidence=confidence)
    sample = sample_size(rate, margin=precision * rate, customers=customers, confidence=confidence)
    sample = np.where(possible, np.minimum(sample, customers), 0).astype(np.int64)
    kept = cells.select([name for name in RFMT_MAILING.names if name in cells.column_names])
    result = {
        **dict(zip(kept.column_names, kept.columns, strict=True)),
        "sample_customers": sample,
        "sample_cost_minor": sample * contact_cost_minor,
        "large_enough": possible & (customers >= wanted),
    }
    return pa.table(result).select(RFMT_MAILING.names).cast(RFMT_MAILING.schema)


def check(settings: Rfmt) -> None:
    """Refuse a test mailing that makes no sense."""
    if settings.contact_cost_minor < 0:
        raise SettingsError(
            "rfmt.contact_cost_minor is {found}: a contact costs 0 or more.", found=settings.contact_cost_minor
        )
    for name in ("mailing_precision", "mailing_confidence"):
        if not 0 < getattr(settings, name) < 1:
            raise SettingsError(
                "{setting} is {found}: give a share between 0 and 1.",
                setting=f"rfmt.{name}",
                found=getattr(settings, name),
            )


def summarize(engine: Engine, settings: Rfmt) -> pa.Table:
    """Return the table `rfmt_mailing`: the test mailing of the RFM cells, of everybody and of each asked value.

    Assumes the relation `rfmt_cells` (contract `RFMT_CELLS`). T is left out: 625 cells would be too thin to test. Each
    value is a mailing of its own: the samples of all values together are larger than that of everybody.
    """
    return plan(
        engine.rows(queries.load(__package__, "mailing_cells")),
        contact_cost_minor=settings.contact_cost_minor,
        precision=settings.mailing_precision,
        confidence=settings.mailing_confidence,
    )


def column(table: pa.Table, name: str) -> Floats:
    """Return a column as floats, nulls as NaN."""
    values: Any = table[name].to_numpy()
    return np.asarray(values, np.float64)


def z(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence."""
    if not 0 < confidence < 1:
        raise SettingsError("The confidence is {found}: give a share between 0 and 1, such as 0.95.", found=confidence)
    return float(special.ndtri(0.5 + confidence / 2))
