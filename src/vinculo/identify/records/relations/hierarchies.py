"""Hierarchies read: the tree around an organisation, of one kind, as of one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from vinculo.identify.hierarchies.trees import Edge, Tree
from vinculo.identify.records.models import Relation, RelationKind
from vinculo.identify.records.relations.selectors import holding

MANY = 5000
"""So many edges of one tree are read."""
_AROUND = """
WITH RECURSIVE held AS NOT MATERIALIZED (
    SELECT first_id, second_id, share_percent FROM identify_relation
    WHERE kind_id = %(kind)s AND (begins_on IS NULL OR begins_on <= %(day)s) AND (ends_on IS NULL OR ends_on > %(day)s)
), above (id) AS (
    SELECT unnest(%(ids)s::bigint[])
    UNION SELECT held.second_id FROM above JOIN held ON held.first_id = above.id
), below (id) AS (
    SELECT id FROM above
    UNION SELECT held.first_id FROM below JOIN held ON held.second_id = below.id
)
SELECT held.first_id, held.second_id, held.share_percent FROM below JOIN held ON held.second_id = below.id
ORDER BY 2, 1 LIMIT %(many)s
"""


@dataclass(frozen=True)
class Hierarchy:
    """The tree around an organisation: of which kind, on which day, and who stands above all."""

    kind: RelationKind
    day: date
    tree: Tree
    customer_id: int
    root: int


def hierarchy_of(*, customer_ids: Sequence[int], kind: RelationKind, day: date) -> Hierarchy:
    """Return the tree around an organisation; the rows of one customer are one organisation."""
    mine, me = set(customer_ids), customer_ids[0]
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"kind": kind.pk, "day": day, "ids": list(customer_ids), "many": MANY})
        rows = cursor.fetchall()
    edges = {
        Edge(me if child in mine else child, me if parent in mine else parent, None if share is None else float(share))
        for child, parent, share in rows
    }
    kept = [edge for edge in edges if edge.child != edge.parent]
    tree = Tree(tuple(sorted(kept, key=lambda edge: (edge.parent, edge.child))))
    return Hierarchy(kind, day, tree, me, tree.ultimate(me))


def kinds_of(*, customer_ids: Sequence[int], day: date) -> list[RelationKind]:
    """Return the hierarchies in which an organisation stands on a day."""
    mine = Q(first_id__in=list(customer_ids)) | Q(second_id__in=list(customer_ids))
    held = Relation.objects.filter(mine, holding(day)).values("kind_id")
    hierarchies = RelationKind.objects.filter(family=RelationKind.Family.HIERARCHY, pk__in=held)
    return list(hierarchies.order_by("position", "id"))
