"""Estimating: how many customers of the base are there twice, from the last matching and what people said of pairs."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from vinculo.identify.quality import duplicates
from vinculo.identify.quality.duplicates import Estimate, Stratum
from vinculo.identify.records import selectors_search
from vinculo.identify.records.matching import kept, publishing
from vinculo.identify.records.models import Candidate, Customer, Matching
from vinculo.warehouse.duck import DuckEngine

SURE, UNSURE = "auto", "steward"
"""Bands of a matching: pairs it would put together by itself, and pairs it leaves to people."""
_PURPOSE = {SURE: Candidate.Purpose.MEASURE, UNSURE: Candidate.Purpose.DECIDE}
# The best pair of any two customers who are not one yet, unless somebody has said that they are not.
_OPEN = """
WITH placed AS (
    SELECT coalesce(l.customer_id, record_id_l) AS one, coalesce(r.customer_id, record_id_r) AS other,
        match_probability, band
    FROM edges LEFT JOIN merged AS l ON l.party_id = record_id_l LEFT JOIN merged AS r ON r.party_id = record_id_r
)
SELECT least(one, other) AS one, greatest(one, other) AS other, max(match_probability) AS probability,
    arg_max(band, match_probability) AS band
FROM placed WHERE one <> other GROUP BY ALL ORDER BY one, other
"""


@dataclass(frozen=True)
class Guess:
    """An estimate, of which matching it is, and how many customers came since."""

    estimate: Estimate
    matching_id: int
    matched_at: datetime
    since: int
    strata: tuple[Stratum, ...]

    @property
    def customers(self) -> int:
        """Return of how many customers it is."""
        return self.estimate.customers

    @property
    def told(self) -> dict[str, Any]:
        """Return it as it is kept."""
        rate, low, high = self.estimate.rates
        return {
            **asdict(self.estimate),
            "rate": rate,
            "rate_low": low,
            "rate_high": high,
            "matching": self.matching_id,
            "matched_at": self.matched_at.isoformat(),
            "since": self.since,
            "strata": [asdict(each) for each in self.strata],
        }


def estimate_now() -> Guess | None:
    """Estimate from the last finished matching, or nothing when there is none whose pairs are still kept."""
    matching = Matching.objects.filter(state=Matching.State.DONE).order_by("-id").first()
    if matching is None or not (kept.folder_of(matching.pk) / "edges").is_dir():
        return None
    one, other, probability, band = pairs_of(matching)
    places = duplicates.joining(one, other, probability)
    strata = tuple(stratum(each, probability[places], band[places]) for each in (SURE, UNSURE))
    current = Customer.objects.filter(merged_into=None).exclude(name="")
    matched = current.filter(created_at__lte=matching.asked_at).count()
    estimate = duplicates.estimate(strata, customers=matched)
    return Guess(estimate, matching.pk, matching.asked_at, current.count() - matched, strata)


def pairs_of(matching: Matching) -> tuple[Any, Any, Any, Any]:
    """Return the pairs of customers that may be one and are not: both customers, probability and band."""
    folder = kept.folder_of(matching.pk)
    parties, customers = selectors_search.merged()
    with DuckEngine(folder) as engine:
        kept.attach(engine, folder)
        engine.attach("merged", pa.table({"party_id": pa.array(parties), "customer_id": pa.array(customers)}))
        found = engine.rows(_OPEN)
    one, other = found["one"].to_numpy(), found["other"].to_numpy()
    apart = said_apart()
    still = existing(np.unique(np.concatenate([one, other])))
    wanted = np.array(
        [
            (left, right) not in apart and left in still and right in still
            for left, right in zip(one.tolist(), other.tolist(), strict=True)
        ],
        dtype=bool,
    )
    band = np.array(found["band"].to_pylist(), dtype=object)
    return one[wanted], other[wanted], found["probability"].to_numpy()[wanted], band[wanted]


def said_apart() -> set[tuple[int, int]]:
    """Return the pairs of customers of whom somebody has said that they are not the same."""
    apart = publishing.pairs_apart()
    parties, customers = (each.tolist() for each in selectors_search.merged())
    current = dict(zip(parties, customers, strict=True))
    return {
        (current.get(party, party), current.get(other, other)) for party, others in apart.items() for other in others
    }


def existing(ids: Any) -> set[int]:
    """Return those of some customers who are still there and were not erased."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM identify_customer WHERE id = ANY (%s) AND name <> ''", [ids.tolist()])
        return {row[0] for row in cursor.fetchall()}


def stratum(name: str, probability: Any, band: Any) -> Stratum:
    """Return the open pairs of one band, and what people have said of such pairs."""
    mine = band == name
    verdicts = Candidate.objects.filter(
        purpose=_PURPOSE[name], state__in=(Candidate.State.SAME, Candidate.State.DIFFERENT)
    ).values_list("state", flat=True)
    said = list(verdicts)
    return Stratum(name, int(mine.sum()), float(probability[mine].sum()), len(said), said.count(Candidate.State.SAME))
