"""Arrivals: parties that came or changed since the matching in force, matched against all others and nothing else.

What is proposed is what matching the whole base with the same model would propose beside what is in force.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vinculo.identify.matching import batches, keeping, preparation, training
from vinculo.identify.matching import model as models
from vinculo.identify.matching.preparation import Prepared
from vinculo.identify.records.matching import kept, proposal
from vinculo.identify.records.matching.kept import SCOPE, STATE
from vinculo.identify.records.matching.proposal import KINDS, Progress, Proposal
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.landing.store import Store

MOST = 100_000
"""Of more parties than that, all are read: the list of their numbers would take longer."""
_CHANGED = """
SELECT id AS record_id FROM identify_customer WHERE id > {customer}
UNION SELECT customer_id FROM identify_identifier WHERE id > {identifier}
UNION SELECT customer_id FROM identify_address WHERE id > {address}
UNION SELECT key.customer_id FROM identify_sourcerecord AS record JOIN identify_identifier AS key
    ON key.kind = 'source_key' AND key.source_id = record.source_id AND key.value = record.source_key
WHERE record.kind = 'customers' AND record.id > {sourcerecord}
"""
_PLACES = """
SELECT party.id AS record_id, coalesce(party.merged_into_id, party.id) AS customer_id,
    coalesce(merge.decided_by, '') AS placed_by
FROM identify_customer AS party
LEFT JOIN identify_membership AS membership ON membership.party_id = party.id AND membership.valid_to IS NULL
LEFT JOIN identify_merge AS merge ON merge.id = membership.merge_id
"""


def propose(*, base_id: int, target: Path, thorough: bool, progress: Progress) -> Proposal | None:
    """Match what came since a matching and write what would change into a folder; return nothing when nothing came.

    Parameters
    ----------
    base_id
        The matching in force, of which a state is kept.
    thorough
        Whether all parties are compared with what they were, also those of whom nothing says that they changed.
    """
    base, before = kept.folder_of(base_id), kept.mark_of(base_id)
    assert before is not None, "whoever asks has looked whether there is a state to go on from"
    with proposal.working(target) as (scratch, engine, draft), proposal.undisturbed() as (reading, mark):
        progress("Reading the customers", 0.0)
        arrived(engine, reading, base, before, thorough=thorough or before["undone"] != mark["undone"])
        versions, found = dict[str, str](), list[Prepared]()
        for place, kind in enumerate(KINDS):
            progress("Comparing them", 0.2 + 0.35 * place)
            if (prepared := matched(engine, kind, base, draft, scratch)) is not None:
                found.append(prepared)
                versions[kind] = models.load(draft / f"{kind}.json").version
        moved = sum(moved_of(prepared) for prepared in found)
        progress("Writing down what would change", 0.9)
        write(engine, reading, found, draft)
        kept.mark_write(draft, mark)
        if not moved:
            kept.mark_write(base, mark)
            return None
    return Proposal({"records": moved, **kept.counted(target)}, versions)


def arrived(engine: DuckEngine, reading: Store, base: Path, mark: Mapping[str, int], *, thorough: bool) -> None:
    """Read into `records` the parties that came or changed, and into `everybody` the numbers of all."""
    engine.attach("everybody", reading.table("SELECT id AS record_id FROM identify_customer"))
    changed = [reading.table(_CHANGED.format(**mark))]
    for kind in KINDS:
        if (base / STATE / kind).is_dir():
            keeping.traits_attach(engine, base / STATE / kind, f"kept_{kind}")
            engine.attach(f"known_{kind}", base / STATE / kind / "clusters")
            # Who was erased is kept without traits, and comes as somebody of whom nothing is known.
            bare = f"SELECT record_id FROM known_{kind} ANTI JOIN kept_{kind} USING (record_id)"
            changed.append(engine.rows(f"{bare} SEMI JOIN everybody USING (record_id)"))
    ids = sorted({each for table in changed for each in table["record_id"].to_pylist()})
    if thorough or len(ids) > MOST:
        proposal.read(engine, reading, proposal.query("records"))
    else:
        listed = ", ".join(map(str, ids)) or "NULL"
        proposal.assertions_read(engine, reading)
        engine.attach("records", reading.table(proposal.query("few_records").replace("{ids}", listed)))


def matched(engine: DuckEngine, kind: str, base: Path, draft: Path, scratch: Path) -> Prepared | None:
    """Match the parties of a kind that came, and keep what the next ones need; nothing where there is none at all."""
    previous, asserted = base / STATE / kind, engine.rows("SELECT * FROM assertions")
    if previous.is_dir():
        model = models.load(base / f"{kind}.json")
        other = f"SELECT record_id FROM records WHERE kind <> '{kind}'"
        gone = engine.rows(
            f"SELECT record_id FROM known_{kind} WHERE record_id NOT IN (FROM everybody) OR record_id IN ({other})"
        )
        prepared = batches.match_new(engine, model, previous, scratch, assertions=asserted, removed=gone)
        batches.keep(prepared, draft / STATE / kind, previous=previous)
    else:
        prepared = preparation.prepare(engine, kind, scratch)
        if not prepared.records:
            return None
        model = training.obtain(prepared)
        batches.match(prepared, model, asserted)
        batches.keep(prepared, draft / STATE / kind)
        engine.attach(prepared.name("removed"), batches.NOBODY)
        engine.run(f"CREATE OR REPLACE TEMP VIEW {prepared.name('arrived')} AS FROM {prepared.name('traits')}")
    model.save(draft / f"{kind}.json")
    return prepared


def moved_of(prepared: Prepared) -> int:
    """Return how many parties of a kind came, changed or went."""
    came, went = (f"(SELECT count(*) FROM {prepared.name(name)})" for name in ("arrived", "removed"))
    return int(prepared.engine.rows(f"SELECT {came} + {went} AS n")["n"][0].as_py())


def write(engine: DuckEngine, reading: Store, found: Sequence[Prepared], draft: Path) -> None:
    """Write what would change for the parties in scope, and the pairs that one of them has."""
    edges, clusters, ids = [], [], []
    for prepared in found:
        scope, touched = prepared.name("scope"), prepared.name("touched")
        engine.materialise(
            touched,
            f"SELECT * FROM {prepared.name('edges')} WHERE record_id_l IN (FROM {scope})"
            f" OR record_id_r IN (FROM {scope})",
        )
        edges.append(f"SELECT * FROM {touched}")
        clusters.append(f"SELECT record_id, cluster_id FROM {prepared.name('parts')}")
        ids.append(f"SELECT record_id FROM {scope} UNION SELECT record_id_l FROM {touched}")
        ids.append(f"SELECT record_id_r FROM {touched}")
    wanted: list[int] = engine.rows(" UNION ".join(ids))["record_id"].to_pylist() if ids else []
    few = f"WHERE party.id = ANY (ARRAY[{', '.join(map(str, wanted))}]::bigint[])" if len(wanted) <= MOST else ""
    engine.attach("places", reading.table(_PLACES + few))
    proposal.write(engine, edges, clusters, draft)
    engine.write(draft / SCOPE, " UNION ALL ".join(f"SELECT record_id FROM {each.name('scope')}" for each in found))
