"""Publishing: what a matching proposes is put in force, in sets; what it could not decide is put before people."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Q

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts
from vinculo.identify.records.imports import watch
from vinculo.identify.records.matching import kept
from vinculo.identify.records.membership import moves, selectors
from vinculo.identify.records.models import Candidate, Customer, Matching, Membership, Merge
from vinculo.warehouse.duck import DuckEngine, quote

QUEUE = 5_000
"""Candidates that a matching puts before people at most: the most important ones."""
SAMPLE = 100
"""Pairs that a matching decided by itself, put before people to see how often it is right."""
SAMPLE_OF_ARRIVALS = 2
"""Those of one that matched what came: there are many a day."""
HIGH = 0.99
"""Share of customers whose sales are below those for which two people must agree."""
# What is known of a customer when it is decided whether two are one: what both have bought.
_SALES = """
SELECT placed.customer_id, sum(line.net_minor)::bigint AS net_minor
FROM identify_order AS placed JOIN identify_orderline AS line ON line.order_id = placed.id
    AND line.superseded_by_id IS NULL
WHERE placed.customer_id IS NOT NULL GROUP BY placed.customer_id
"""


def matching_publish(*, matching_id: int, now: datetime) -> dict[str, int]:
    """Put the proposal of a matching in force; return what was done. Only the latest finished one can be published.

    Whatever was decided since the base was matched stands: merges of customers that somebody has said are not the same,
    or that are gone, are left out and counted.

    Raises
    ------
    InputError
        The matching is not done, was published, or a later one was.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        watch.alone_writing(cursor)
        matching = Matching.objects.select_for_update().get(pk=matching_id)
        refuse_unless_latest(matching)
        with DuckEngine(kept.folder_of(matching_id)) as engine:
            kept.attach(engine, kept.folder_of(matching_id))
            done = {
                **separations_apply(engine, matching, now),
                **merges_apply(engine, matching, now),
                "candidates": candidates_add(engine, matching, now),
            }
        matching.published_at, matching.published_by = now, actor.current().name
        matching.counts = {**matching.counts, "published": done}
        matching.save(update_fields=["published_at", "published_by", "counts"])
        facts.matching_published.send(sender=Matching, matching_id=matching.pk)
        keep = [matching.pk, *publishable()]
        transaction.on_commit(lambda: kept.states_clear(keep))
    return done


def publishable() -> list[int]:
    """Return the matchings that can be published: the latest of the whole base, and of what came since it or so far."""
    done = Matching.objects.filter(state=Matching.State.DONE).order_by("-id")
    latest, found = kept.in_force(), []
    whole = done.filter(kind=Matching.Kind.WHOLE).first()
    if whole is not None and whole.published_at is None:
        found.append(whole.pk)
    came = done.filter(kind=Matching.Kind.ARRIVALS, published_at=None, based_on=latest).first() if latest else None
    return [*found, came.pk] if came is not None else found


def refuse_unless_latest(matching: Matching) -> None:
    """Refuse what cannot be published."""
    if matching.state != Matching.State.DONE or matching.published_at is not None:
        raise InputError("Matching {number} is not one that can be published.", number=matching.pk)
    later = kept.in_force()
    if matching.kind == Matching.Kind.WHOLE:
        wholes = Matching.objects.filter(kind=Matching.Kind.WHOLE, published_at__isnull=False)
        later = wholes.filter(pk__gt=matching.pk).first()
    elif later is not None and later.pk == matching.based_on_id:
        later = None
    if later is not None:
        raise InputError("Matching {number} has been published since: match again.", number=later.pk)


def separations_apply(engine: DuckEngine, matching: Matching, now: datetime) -> dict[str, int]:
    """Let parties go that the model had put with others and now does not."""
    rows = engine.rows("SELECT * FROM separations ORDER BY customer_id, cluster_id, record_id").to_pylist()
    still = dict(
        Membership.objects.filter(
            valid_to=None, merge__decided_by=Merge.Decider.MODEL, party_id__in=[row["record_id"] for row in rows]
        ).values_list("party_id", "customer_id")
    )
    groups = defaultdict(list)
    for row in rows:
        if still.get(row["record_id"]) == row["customer_id"]:
            groups[row["customer_id"], row["cluster_id"]].append(row["record_id"])
    for (customer_id, _cluster), party_ids in groups.items():
        merge = Merge.objects.create(
            kind=Merge.Kind.UNMERGE,
            customer_id=customer_id,
            decided_by=Merge.Decider.MODEL,
            by=actor.current().name,
            evidence={"matching": matching.pk},
            recorded_at=now,
        )
        moves.move([(party, party_ids[0], merge.pk) for party in party_ids], now=now)
        facts.customers_separated.send(sender=Customer, customer_id=customer_id, party_ids=party_ids, undoes=None)
    return {"separated": sum(map(len, groups.values()))}


def merges_apply(engine: DuckEngine, matching: Matching, now: datetime) -> dict[str, int]:
    """Make customers one, all at once."""
    wanted = engine.rows("SELECT customer_ids, path, model_version FROM merges ORDER BY cluster_id").to_pylist()
    rows = joined(wanted)
    everybody = sorted({each for row in rows for each in row["customer_ids"]})
    apart = pairs_apart()
    members = selectors.members_by(everybody)
    standing = ranks(everybody)
    plans = []
    for row in rows:
        customers = row["customer_ids"]
        if len(customers) > 1 and not said_against(customers, members, apart):
            plans.append((min(customers, key=standing.__getitem__), customers, row))
    made = Merge.objects.bulk_create(
        [
            Merge(
                kind=Merge.Kind.MERGE,
                customer_id=survivor,
                decided_by=Merge.Decider.MODEL,
                by=actor.current().name,
                evidence={"matching": matching.pk, "model": row["model_version"], "path": path_of(row["path"])},
                recorded_at=now,
            )
            for survivor, _customers, row in plans
        ],
        batch_size=5_000,
    )
    moved = {
        merge: [party for customer in customers if customer != survivor for party in members[customer]]
        for merge, (survivor, customers, _row) in zip(made, plans, strict=True)
    }
    moves.move(
        [(party, merge.customer_id, merge.pk) for merge, party_ids in moved.items() for party in party_ids], now=now
    )
    for merge, party_ids in moved.items():
        facts.customers_merged.send(sender=Customer, customer_id=merge.customer_id, party_ids=party_ids)
    return {
        "merges": len(plans),
        "customers_fewer": sum(len(plan[1]) - 1 for plan in plans),
        "left_out": len(rows) - len(plans),
    }


def joined(wanted: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is to be made one as customers are now: some have become one since, and some have gone."""
    everybody = {each for row in wanted for each in row["customer_ids"]}
    there = set(Customer.objects.filter(pk__in=everybody).values_list("id", flat=True))
    current = selectors.current_of(there)
    found: dict[int, dict[str, Any]] = {}
    for row in wanted:
        ids = {current[each] for each in row["customer_ids"] if each in there}
        path = list(row["path"] or ())
        # Two that were to be made one each with others, and are one by now, bring all of them together.
        for met in {id(found[each]): found[each] for each in ids if each in found}.values():
            ids |= set(met["customer_ids"])
            path += met["path"]
        made = {**row, "customer_ids": sorted(ids), "path": path}
        found |= dict.fromkeys(ids, made)
    return list({id(each): each for each in found.values()}.values())


def path_of(pairs: Sequence[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the pairs that led to a merge, as evidence keeps them."""
    return [{**pair, "weights": dict(pair["weights"] or [])} for pair in pairs or ()]


def pairs_apart() -> dict[int, set[int]]:
    """Return, for each party, those that somebody has said are not the same."""
    apart = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT party_id, other_id FROM identify_assertion WHERE withdrawn_at IS NULL AND verdict = 'different'"
        )
        for party, other in cursor.fetchall():
            apart[party].add(other)
            apart[other].add(party)
    return apart


def said_against(customers: Sequence[int], members: dict[int, tuple[int, ...]], apart: dict[int, set[int]]) -> bool:
    """Tell whether somebody has said of any two of these that they are not the same."""
    parties = {party for customer in customers for party in members[customer]}
    return any(apart.get(party, set()) & parties for party in parties)


def ranks(customer_ids: Sequence[int]) -> dict[int, tuple[int, datetime, int]]:
    """Return in which order customers take others in: most orders, then the oldest, then the lowest number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT customer.id, count(placed.id), customer.created_at
            FROM identify_customer AS customer
            LEFT JOIN identify_customer AS party ON party.id = customer.id OR party.merged_into_id = customer.id
            LEFT JOIN identify_order AS placed ON placed.customer_id = party.id
            WHERE customer.id = ANY(%s) GROUP BY customer.id
            """,
            [list(customer_ids)],
        )
        return {key: (-orders, born, key) for key, orders, born in cursor.fetchall()}


def candidates_add(engine: DuckEngine, matching: Matching, now: datetime) -> int:
    """Put before people what they should decide, and a sample of what was decided; what waited before is replaced."""
    waiting = Candidate.objects.filter(state__in=(Candidate.State.OPEN, Candidate.State.SECOND), first_verdict="")
    sample = SAMPLE if matching.kind == Matching.Kind.WHOLE else SAMPLE_OF_ARRIVALS
    if matching.kind == Matching.Kind.ARRIVALS:
        scope = engine.rows(
            f"SELECT * FROM read_parquet({quote(str(kept.folder_of(matching.pk) / kept.SCOPE))} || '/*')"
        )
        looked_at = scope["record_id"].to_pylist()
        waiting = waiting.filter(Q(party_id__in=looked_at) | Q(other_id__in=looked_at), purpose="decide")
    waiting.update(state=Candidate.State.GONE, decided_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_SALES)
        sales = cursor.fetchall()
    engine.attach(
        "sales",
        pa.table(
            {
                "party_id": pa.array([row[0] for row in sales], pa.int64()),
                "net_minor": pa.array([row[1] for row in sales], pa.int64()),
            }
        ),
    )
    high = float(np.quantile([row[1] for row in sales], HIGH)) if sales else float("inf")
    found = engine.rows(
        f"""
        WITH valued AS (
            SELECT edges.*, coalesce(l.net_minor, 0) + coalesce(r.net_minor, 0) AS impact,
                greatest(coalesce(l.net_minor, 0), coalesce(r.net_minor, 0)) AS most,
                1 - abs(2 * match_probability - 1) AS uncertainty
            FROM edges LEFT JOIN sales AS l ON l.party_id = record_id_l LEFT JOIN sales AS r ON r.party_id = record_id_r
        )
        (SELECT *, 'decide' AS purpose, ln(2 + greatest(impact, 0)) * (0.1 + uncertainty) AS priority
            FROM valued WHERE band = 'steward' AND customer_id_l <> customer_id_r ORDER BY priority DESC LIMIT {QUEUE})
        UNION ALL BY NAME
        (SELECT *, 'measure' AS purpose, 0.0 AS priority FROM valued WHERE band = 'auto' AND decided_by = 'model'
            ORDER BY hash(record_id_l, record_id_r, {matching.pk}) LIMIT {sample})
        """
    ).to_pylist()
    open_pairs = set(
        Candidate.objects.filter(state__in=("open", "second", "unsure")).values_list("party_id", "other_id")
    )
    made = [
        candidate(row, matching, now, high)
        for row in found
        if (row["record_id_l"], row["record_id_r"]) not in open_pairs
    ]
    return len(Candidate.objects.bulk_create(made, batch_size=5_000))


def candidate(row: dict[str, Any], matching: Matching, now: datetime, high: float) -> Candidate:
    """Return what a person is asked about a pair."""
    weights = {name: round(weight, 3) for name, weight in dict(row["weights"] or []).items() if weight}
    return Candidate(
        matching=matching,
        party_id=row["record_id_l"],
        other_id=row["record_id_r"],
        purpose=row["purpose"],
        probability=row["match_probability"],
        weight=row["match_weight"],
        weights=weights,
        rules=list(row["rules"]),
        pattern=pattern(weights, row["rules"]),
        priority=row["priority"],
        four_eyes=row["purpose"] == Candidate.Purpose.DECIDE and row["most"] >= high,
        created_at=now,
    )


def pattern(weights: dict[str, float], rules: Sequence[str]) -> str:
    """Return what makes pairs alike to a person: which fields speak for, which against, and the rules broken.

    >>> pattern({"email": 12.1, "given_name": -4.0}, ["given_name"])
    '+email -given_name !given_name'
    """
    said = [f"{'+' if weight > 0 else '-'}{name}" for name, weight in sorted(weights.items())]
    return " ".join([*said, *(f"!{rule}" for rule in sorted(rules))])
