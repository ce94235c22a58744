"""Look-up: whether somebody who is about to be entered is a customer already, while the form is still open.

Candidates come from the indexes of the store: who bears the same e-mail, phone or tax number, or has the same names.
They are scored by the model of the latest published matching, or the one shipped before there is any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Q

from vinculo.foundation.phrases import Phrase
from vinculo.identify import folding
from vinculo.identify.matching import model as models
from vinculo.identify.matching.comparisons import ORGANISATION, PERSON
from vinculo.identify.matching.scoring import explanation, single
from vinculo.identify.matching.scoring.explanation import Step
from vinculo.identify.matching.scoring.scorer import Score, Scorer
from vinculo.identify.records import selectors_search
from vinculo.identify.records.matching import kept
from vinculo.identify.records.models import Customer, Identifier

MOST = 50
"""Candidates looked at by each kind of key."""
BORNE = {"email": ("email",), "phone": ("phone",), "tax_id": ("tax_id", "vat")}
"""Columns that are looked up as identifiers, and of which kinds."""
_KEPT: dict[str, tuple[int | None, Scorer]] = {}
"""The scorer of each kind, with the matching whose model it reads."""


@dataclass(frozen=True)
class Pair:
    """Two parties, or a party and what is being entered (0): how surely they are one, and why."""

    party_id: int
    other_id: int
    customer_id: int
    """The customer that the party belongs to."""
    kind: str
    score: Score
    band: str

    @property
    def sentence(self) -> Phrase:
        """Return why they are one customer, or may be, or are not."""
        return explanation.sentence(self.score, kind=self.kind, band=self.band)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return what each field adds, from what holds before anything is compared to all together."""
        return explanation.waterfall(self.score.prior, {each.name: each.weight for each in self.score.fields})


def customers_like(record: Mapping[str, Any], *, but: Iterable[int] = ()) -> list[Pair]:
    """Return the customers whom a clean record may be of, the likeliest first; each once, by its likeliest party.

    Parameters
    ----------
    record
        Columns of a clean record: kind, given_name, family_name, second_family_name, full_name, birth_date, email,
        phone, tax_id, street, postcode, city; those not known may be left out.
    but
        Parties that are not asked about.
    """
    kind = str(record.get("kind") or PERSON)
    parties = [each for each in few_records(candidates(record)) if each["kind"] == kind]
    apart = set(but)
    parties = [each for each in parties if each["record_id"] not in apart]
    if not parties:
        return []
    best, scorer, asked = dict[int, Pair](), scorer_of(kind), single.traits({**record, "record_id": 0}, kind)
    for party in parties:
        found = paired(party, asked, scorer)
        known = best.get(found.customer_id)
        if found.band != "separate" and (known is None or known.score.weight < found.score.weight):
            best[found.customer_id] = found
    return sorted(best.values(), key=lambda each: -each.score.weight)


def pairs_between(party_ids: Iterable[int], other_ids: Iterable[int]) -> list[Pair]:
    """Return how surely parties of one customer are those of another, the surest pair first; kinds are not mixed."""
    records = {each["record_id"]: each for each in few_records({*party_ids, *other_ids})}
    traits = {number: single.traits(each, each["kind"]) for number, each in records.items()}
    scorers = {kind: scorer_of(kind) for kind in {each["kind"] for each in records.values()}}
    found = [
        paired(records[party], traits[other], scorers[records[party]["kind"]])
        for party in party_ids
        for other in other_ids
        if party != other and party in records and other in records
        if records[party]["kind"] == records[other]["kind"]
    ]
    return sorted(found, key=lambda each: -each.score.weight)


def paired(party: Mapping[str, Any], other: Mapping[str, Any], scorer: Scorer) -> Pair:
    """Score a party and the traits of another record."""
    kind = scorer.model.kind
    score = scorer.score(single.traits(party, kind), other)
    band = score.band(scorer.model.bands)
    return Pair(party["record_id"], other["record_id"], party["customer_id"], kind, score, band)


def candidates(record: Mapping[str, Any]) -> list[int]:
    """Return the parties that share an identifier or all names with a record."""
    borne = Q(pk__in=())
    for column, kinds in BORNE.items():
        if record.get(column):
            for kind in kinds:
                borne |= Q(kind=kind, normalised=folding.identifier(kind, str(record[column])))
    found = (
        set(Identifier.objects.filter(borne).values_list("customer_id", flat=True)[:MOST]) if borne.children else set()
    )
    names = [record.get(name) for name in ("given_name", "family_name", "second_family_name")]
    spoken = " ".join(str(name) for name in names if name) or str(record.get("full_name") or "")
    whole = folding.fold(spoken)
    if query := selectors_search.words(whole):
        named = Customer.objects.alias(said=SearchVector("search_text", config="simple")).filter(said=query)
        with selectors_search.by_index():
            found |= set(named.values_list("id", flat=True)[:MOST])
    return sorted(found)


def few_records(party_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Return some parties as they are matched."""
    query = (files("vinculo.identify.records.matching") / "few_records.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(query.replace("{ids}", ", ".join(str(int(each)) for each in party_ids) or "NULL"))
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def scorer_of(kind: str) -> Scorer:
    """Return the scorer of the model in force, made once for every matching that is published."""
    latest = getattr(kept.in_force(), "pk", None)
    known = _KEPT.get(kind)
    if known is None or known[0] != latest:
        known = _KEPT[kind] = (latest, Scorer(model_of(kind, latest)))
    return known[1]


def model_of(kind: str, matching_id: int | None) -> models.Model:
    """Return the model of a matching; where it has none, the one shipped, at the size of this base."""
    if matching_id is not None and (file := kept.folder_of(matching_id) / f"{kind}.json").is_file():
        return models.load(file)
    size = Customer.objects.filter(kind="organisation" if kind == ORGANISATION else "person").count()
    return models.shipped(kind).for_base(size)
