"""Partition: the judged pairs of some records made into clusters, and the pairs that were left out marked."""

from collections import defaultdict

import pyarrow as pa

from vinculo.identify.matching import clusters, edges
from vinculo.identify.matching.clusters import LARGEST, WHOLE, Edge
from vinculo.identify.matching.preparation import Prepared

_PAIR = pa.schema([("record_id_l", pa.int64()), ("record_id_r", pa.int64())])
_PART = pa.schema([("record_id", pa.int64()), ("cluster_id", pa.int64())])


def divide(prepared: Prepared) -> None:
    """Make the clusters of the records in scope; one row of `<kind>_parts` is one record."""
    engine, name = prepared.engine, prepared.name
    found = engine.rows(
        "SELECT record_id_l, record_id_r, CASE WHEN verdict = 'same' THEN 'inf'::DOUBLE ELSE match_weight END AS weight"
        f" FROM {name('judged')} WHERE band = 'auto' AND record_id_l IN (FROM {name('scope')})"
    )
    components = clusters.components(found["record_id_l"].to_numpy(), found["record_id_r"].to_numpy())
    engine.attach(name("components"), components)
    large = oversized(prepared, found)
    apart = parted(prepared)
    parts, left_out = cuts(prepared, found, apart, large)
    engine.attach(name("cut_parts"), parts)
    engine.attach(name("left_out"), left_out)
    engine.materialise(
        name("parts"),
        f"""
        SELECT scope.record_id, coalesce(cut.cluster_id, component.component_id, scope.record_id) AS cluster_id,
            coalesce(component.component_id, scope.record_id) AS component_id
        FROM {name("scope")} AS scope
        LEFT JOIN {name("components")} AS component ON scope.record_id = component.record_id
        LEFT JOIN {name("cut_parts")} AS cut ON scope.record_id = cut.record_id
        """,
    )


def oversized(prepared: Prepared, found: pa.Table) -> dict[int, int]:
    """Divide components too large to be looked at whole; return the group of each of their records."""
    engine, name = prepared.engine, prepared.name
    sizes = f"SELECT component_id FROM {name('components')} GROUP BY component_id HAVING count(*) > {WHOLE}"
    inside = engine.rows(f"SELECT record_id FROM {name('components')} WHERE component_id IN ({sizes})")
    records = set(inside["record_id"].to_pylist())
    ends = zip(*(found[column].to_pylist() for column in found.column_names), strict=True) if records else ()
    whole = clusters.cut([Edge(*each) for each in ends if each[0] in records], {}, largest=WHOLE)
    groups = {record: members[0] for members in whole.clusters for record in members}
    engine.attach(
        name("groups"),
        pa.table({"record_id": pa.array(groups, pa.int64()), "group_id": pa.array(groups.values(), pa.int64())}),
    )
    return groups


def parted(prepared: Prepared) -> dict[int, set[int]]:
    """Return with which records of its component a record may not be; pairs with an edge have passed already."""
    engine, name = prepared.engine, prepared.name
    engine.materialise(
        name("grouped"),
        f"SELECT record_id, coalesce(group_id, component_id) AS group_id FROM {name('components')}"
        f" LEFT JOIN {name('groups')} USING (record_id)",
    )
    several = f"SELECT group_id FROM {name('grouped')} GROUP BY group_id HAVING count(*) > 2"
    engine.materialise(
        name("inside"),
        f"SELECT l.record_id AS record_id_l, r.record_id AS record_id_r FROM {name('grouped')} AS l"
        f" INNER JOIN {name('grouped')} AS r ON l.group_id = r.group_id AND l.record_id < r.record_id"
        f" WHERE l.group_id IN ({several})",
    )
    edges.guard(prepared, name("inside"), name("fields"), name("inside_broken"))
    found = engine.rows(
        f"""
        SELECT record_id_l, record_id_r FROM {name("inside_broken")}
        ANTI JOIN (FROM {name("asserted")} WHERE verdict = 'same') USING (record_id_l, record_id_r)
        UNION
        SELECT record_id_l, record_id_r FROM {name("asserted")} WHERE verdict = 'different'
        """
    )
    apart: dict[int, set[int]] = defaultdict(set)
    for left, right in zip(found["record_id_l"].to_pylist(), found["record_id_r"].to_pylist(), strict=True):
        apart[left].add(right)
        apart[right].add(left)
    return dict(apart)


def cuts(
    prepared: Prepared, found: pa.Table, apart: dict[int, set[int]], groups: dict[int, int]
) -> tuple[pa.Table, pa.Table]:
    """Cut the components that need it; return the clusters of their records and the edges that were left out."""
    engine, name = prepared.engine, prepared.name
    engine.attach(name("troubled"), pa.table({"record_id": pa.array(apart, pa.int64())}))
    troubled = engine.rows(
        f"""
        SELECT record_id, component_id FROM {name("components")} WHERE component_id IN (
            SELECT component_id FROM {name("components")} WHERE record_id IN (FROM {name("troubled")})
            UNION
            SELECT component_id FROM {name("components")} GROUP BY component_id HAVING count(*) > {LARGEST}
        )
        """
    )
    component = dict(zip(troubled["record_id"].to_pylist(), troubled["component_id"].to_pylist(), strict=True))
    by_component: dict[tuple[int, int], list[Edge]] = defaultdict(list)
    out: list[Edge] = []
    for each in zip(*(found[column].to_pylist() for column in found.column_names), strict=True):
        edge = Edge(*each)
        if edge.left not in component:
            continue
        group = groups.get(edge.left, 0)
        if group == groups.get(edge.right, 0):
            by_component[component[edge.left], group].append(edge)
        else:
            out.append(edge)
    parts = {record: record for record in component}
    for joined in by_component.values():
        made = clusters.cut(joined, apart)
        parts |= {record: members[0] for members in made.clusters for record in members}
        out += made.left_out
    return (
        pa.table([pa.array(parts, pa.int64()), pa.array(parts.values(), pa.int64())], schema=_PART),
        pa.table(
            [pa.array([e.left for e in out], pa.int64()), pa.array([e.right for e in out], pa.int64())], schema=_PAIR
        ),
    )


def mark(prepared: Prepared, left_out: str) -> None:
    """Finish the edges: those that clustering left out are for a steward."""
    engine, name = prepared.engine, prepared.name
    engine.materialise(
        name("edges"),
        f"""
        SELECT judged.* REPLACE (
            CASE WHEN out.record_id_l IS NOT NULL THEN 'steward' ELSE judged.band END AS band,
            CASE WHEN out.record_id_l IS NOT NULL THEN 'cluster' ELSE judged.decided_by END AS decided_by
        )
        FROM {name("judged")} AS judged LEFT JOIN ({left_out}) AS out USING (record_id_l, record_id_r)
        """,
    )
