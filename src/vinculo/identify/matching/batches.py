"""Batches: all records matched at once, or new and changed ones against what is there, with the same result.

The score of two records depends on them and on the model alone, except that a value too many records have counts for
nothing. So when arrivals push a value over that limit, or departures bring it back below, the records that have it are
looked at again as if they had changed. Only the components that anything touched are cut anew.
"""

from pathlib import Path

import pyarrow as pa

from vinculo.foundation.errors import InputError
from vinculo.identify.matching import comparisons, edges, fields, keeping, partition, preparation
from vinculo.identify.matching.model import Model
from vinculo.identify.matching.preparation import Prepared
from vinculo.warehouse.engine import Engine

ASSERTIONS = pa.schema([("record_id_l", pa.int64()), ("record_id_r", pa.int64()), ("verdict", pa.string())])
NOBODY = pa.table({"record_id": pa.array([], pa.int64())})
SAME, DIFFERENT = "same", "different"
KEPT = ("overshared", "edges", "clusters")
"""Tables that the next batch needs, beside the traits."""


def match(prepared: Prepared, model: Model, assertions: pa.Table | None = None) -> None:
    """Match all prepared records.

    Makes `<kind>_edges` (one row is one pair: weights of its fields, rules broken, verdict, band, who decided, version
    of the model) and `<kind>_clusters` (one row is one record: `cluster_id` and `component_id` are the lowest record id
    of its cluster, and of its component before cuts; neither is a customer id).
    """
    engine, name = prepared.engine, prepared.name
    take_assertions(prepared, assertions)
    edges.score(prepared, model, name("scored"))
    engine.attach(name("all_fields"), prepared.all_fields())
    # Guardrails look at these records several times: the few that have a pair are worth holding.
    engine.materialise(
        name("fields"),
        f"SELECT record_id, {', '.join(prepared.specification.fields)} FROM {name('all_fields')} WHERE record_id IN ("
        f"SELECT record_id_l FROM {name('scored')} UNION ALL SELECT record_id_r FROM {name('scored')} UNION ALL"
        f" SELECT record_id_l FROM {name('asserted')} UNION ALL SELECT record_id_r FROM {name('asserted')})",
    )
    edges.rule(prepared, name("scored"), name("fields"), name("known"))
    edges.judge(prepared, model, name("known"), name("judged"))
    engine.materialise(name("scope"), f"SELECT record_id FROM {name('traits')}")
    partition.divide(prepared)
    engine.materialise(name("clusters"), f"SELECT * FROM {name('parts')}")
    partition.mark(prepared, f"SELECT record_id_l, record_id_r FROM {name('left_out')}")


def keep(prepared: Prepared, folder: Path, *, previous: Path | None = None) -> None:
    """Write what the next batch needs into a new folder; after `match_new`, give it the folder that it went on from."""
    keeping.keep(prepared, folder, tables=KEPT, previous=previous)


def match_new(
    engine: Engine,
    model: Model,
    previous: Path,
    scratch: Path,
    *,
    assertions: pa.Table | None = None,
    removed: pa.Table | None = None,
) -> Prepared:
    """Match new and changed records (the relation `records`) against those of a folder that `keep` wrote.

    The model must be the one they were matched with. `assertions` are all there are, not the new ones; `removed` holds
    the `record_id` of records that went. Records that are as they were before may be among those that come: nothing is
    done for them. Leaves the same tables as `match` of everything would.
    """
    prepared = Prepared(engine, comparisons.BY_KIND[model.kind], scratch, 0)
    name = prepared.name
    for table in KEPT:
        engine.attach(name(f"previous_{table}"), previous / table)
    keeping.traits_attach(engine, previous, name("previous_traits"))
    refuse_other_model(prepared, model)
    preparation.require(engine)
    fields.derive(engine, prepared.specification, name("brought"))
    engine.attach(name("removed"), NOBODY if removed is None else removed)
    replace_traits(prepared)
    take_assertions(prepared, assertions)
    recount(prepared)
    affected(prepared)
    edges.score_between(prepared, model, name("changed"), name("candidates"), name("rescored"))
    renew(prepared, model)
    touch(prepared)
    engine.materialise(name("fields"), prepared.fields_of(name("scope")))
    partition.divide(prepared)
    engine.materialise(
        name("clusters"),
        f"SELECT * FROM {name('previous_clusters')} WHERE record_id NOT IN (FROM {name('scope')})"
        f" AND record_id NOT IN (FROM {name('removed')}) UNION ALL SELECT * FROM {name('parts')}",
    )
    partition.mark(
        prepared,
        f"SELECT record_id_l, record_id_r FROM {name('left_out')} UNION ALL SELECT record_id_l, record_id_r"
        f" FROM {name('previous_edges')} WHERE decided_by = 'cluster' AND record_id_l NOT IN (FROM {name('scope')})",
    )
    return preparation.counted(prepared)


def take_assertions(prepared: Prepared, assertions: pa.Table | None) -> None:
    """Bring what stewards said into a table, the lower id first; records that are not there say nothing."""
    engine, name = prepared.engine, prepared.name
    engine.attach(name("assertions"), ASSERTIONS.empty_table() if assertions is None else assertions)
    engine.materialise(
        name("asserted"),
        f"""
        SELECT least(record_id_l, record_id_r) AS record_id_l, greatest(record_id_l, record_id_r) AS record_id_r,
            min(verdict) AS verdict, count(DISTINCT verdict) AS verdicts
        FROM {name("assertions")}
        WHERE record_id_l IN (SELECT record_id FROM {name("traits")})
            AND record_id_r IN (SELECT record_id FROM {name("traits")}) AND record_id_l <> record_id_r
        GROUP BY ALL
        """,
    )
    torn = engine.rows(
        f"SELECT record_id_l, record_id_r FROM {name('asserted')} WHERE verdicts > 1 LIMIT 1"
    ).to_pylist()
    if torn:
        raise InputError(
            "Records {one} and {other} are asserted both the same and different: give the verdict that holds.",
            one=torn[0]["record_id_l"],
            other=torn[0]["record_id_r"],
        )
    engine.materialise(name("asserted"), f"SELECT record_id_l, record_id_r, verdict FROM {name('asserted')}")


def refuse_other_model(prepared: Prepared, model: Model) -> None:
    """Raise when the records that are there were matched with another model."""
    found = prepared.engine.rows(f"SELECT DISTINCT model_version FROM {prepared.name('previous_edges')}")
    others = [version for version in found.column("model_version").to_pylist() if version != model.version]
    if others:
        raise InputError(
            "The records were matched with model {found}, and this is {expected}: match all of them again.",
            found=others[0],
            expected=model.version,
        )


def replace_traits(prepared: Prepared) -> None:
    """Put the arrived traits in the place of those before, and take the removed ones away."""
    engine, name = prepared.engine, prepared.name
    before = f"SELECT * FROM {name('previous_traits')} WHERE record_id IN (SELECT record_id FROM {name('brought')})"
    engine.materialise(name("arrived"), f"SELECT * FROM {name('brought')} EXCEPT ALL ({before})")
    engine.run(f"DROP TABLE {name('brought')}")
    gone = f"(SELECT record_id FROM {name('arrived')} UNION ALL SELECT record_id FROM {name('removed')})"
    engine.materialise(
        name("traits"),
        f"SELECT * FROM {name('previous_traits')} WHERE record_id NOT IN {gone}"
        f" UNION ALL SELECT * FROM {name('arrived')}",
    )
    engine.materialise(name("replaced"), f"SELECT * FROM {name('previous_traits')} WHERE record_id IN {gone}")


def recount(prepared: Prepared) -> None:
    """Count again how many share what the arrived and the replaced records have."""
    engine, name, specification = prepared.engine, prepared.name, prepared.specification
    records = engine.rows(f"SELECT count(*) AS records FROM {name('traits')}").column("records")[0].as_py()
    counts = []
    for field in fields.shared(specification):
        touched = f"SELECT {field} FROM {name('arrived')} UNION SELECT {field} FROM {name('replaced')}"
        # The limit of birth dates moves with the base: all of them are counted.
        only = "" if field in fields.MOVING else f" AND {field} IN ({touched})"
        counts.append(
            f"SELECT '{field}' AS field, CAST({field} AS VARCHAR) AS value, count(*) AS records FROM {name('traits')}"
            f" WHERE {field} IS NOT NULL{only} GROUP BY {field} HAVING count(*) > {fields.limit(field, records)}"
        )
        if only:
            counts.append(
                f"SELECT field, value, records FROM {name('previous_overshared')} WHERE field = '{field}'"
                f" AND value NOT IN (SELECT CAST({field} AS VARCHAR) FROM ({touched}) WHERE {field} IS NOT NULL)"
            )
    engine.materialise(name("overshared"), " UNION ALL ".join(counts))


def affected(prepared: Prepared) -> None:
    """Find the records to be scored again, and those that share a key with one of them."""
    engine, name, specification = prepared.engine, prepared.name, prepared.specification
    engine.materialise(
        name("flipped"),
        f"""
        (SELECT field, value FROM {name("overshared")} EXCEPT SELECT field, value FROM {name("previous_overshared")})
        UNION ALL
        (SELECT field, value FROM {name("previous_overshared")} EXCEPT SELECT field, value FROM {name("overshared")})
        """,
    )
    flips = set(engine.rows(f"SELECT DISTINCT field FROM {name('flipped')}").column("field").to_pylist())
    having = [
        f"SELECT record_id FROM {name('traits')} WHERE {field} IN ({fields.crowd(field, name('flipped'))})"
        for field in sorted(flips)
    ]
    engine.materialise(name("changed"), " UNION ".join([f"SELECT record_id FROM {name('arrived')}", *having]))
    engine.materialise(name("touching"), f"SELECT * FROM {name('traits')} WHERE record_id IN (FROM {name('changed')})")
    sharing = " OR ".join(
        f"{key} IN (SELECT {key} FROM {name('touching')} WHERE {key} IS NOT NULL)" for key in specification.keys
    )
    engine.materialise(
        name("candidates"),
        f"SELECT record_id FROM {name('traits')} WHERE ({sharing}) AND record_id NOT IN (FROM {name('changed')})",
    )


def renew(prepared: Prepared, model: Model) -> None:
    """Put the pairs scored again in the place of those before, and judge all."""
    engine, name = prepared.engine, prepared.name
    looked_at = f"(FROM {name('changed')} UNION ALL FROM {name('candidates')})"
    engine.materialise(name("fields"), prepared.fields_of(looked_at))
    edges.rule(prepared, name("rescored"), name("fields"), name("ruled"))
    gone = f"(FROM {name('changed')} UNION ALL FROM {name('removed')})"
    engine.materialise(
        name("known"),
        f"""
        SELECT record_id_l, record_id_r, match_weight, match_probability, weights, rules FROM {name("previous_edges")}
        WHERE match_weight IS NOT NULL AND record_id_l NOT IN {gone} AND record_id_r NOT IN {gone}
        UNION ALL
        SELECT record_id_l, record_id_r, match_weight, match_probability, weights, rules FROM {name("ruled")}
        """,
    )
    edges.judge(prepared, model, name("known"), name("judged"))


def touch(prepared: Prepared) -> None:
    """Find the records whose clusters may differ: those of every component that a difference touches."""
    engine, name = prepared.engine, prepared.name
    weighs = "SELECT record_id_l, record_id_r, match_weight, verdict FROM"
    before = f"{weighs} {name('previous_edges')} WHERE band = 'auto' OR decided_by IN ('cluster', 'assertion')"
    after = f"{weighs} {name('judged')} WHERE band = 'auto' OR decided_by = 'assertion'"
    engine.materialise(name("moved"), f"(({before}) EXCEPT ({after})) UNION ALL (({after}) EXCEPT ({before}))")
    ids = (
        f"SELECT record_id_l AS record_id FROM {name('moved')} UNION SELECT record_id_r FROM {name('moved')}"
        f" UNION SELECT record_id FROM {name('changed')} UNION SELECT record_id FROM {name('removed')}"
    )
    engine.materialise(
        name("scope"),
        f"""
        SELECT record_id FROM {name("previous_clusters")}
        WHERE component_id IN (
            SELECT component_id FROM {name("previous_clusters")} WHERE record_id IN ({ids})
        ) AND record_id NOT IN (FROM {name("removed")})
        UNION
        SELECT record_id FROM {name("changed")}
        """,
    )
