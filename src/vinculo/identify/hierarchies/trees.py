"""Trees: a hierarchy as of one day: ultimate parents, depths, and sums that count every member once.

An organisation may have several parents at once (a joint venture). Sums are over the distinct members below a node, so
that one who is reached by two ways is counted once, with its whole amount; the ultimate parent follows the largest
share, and of equal ones the first. A hierarchy has no circle on any day (the store sees to it); one that is given all
the same ends where it began.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

WHOLE = 100.0


@dataclass(frozen=True)
class Edge:
    """One organisation below another, with the share the upper one holds (all of it, where none is known)."""

    child: int
    parent: int
    share_percent: float | None = None


@dataclass(frozen=True)
class Node:
    """One line of a tree: an organisation below the one it is shown under."""

    customer_id: int
    depth: int
    parent: int | None
    share_percent: float | None
    repeated: bool
    """It stands further up already, with all below it."""


@dataclass(frozen=True)
class Tree:
    """The edges of one hierarchy on one day."""

    edges: tuple[Edge, ...]

    @cached_property
    def above(self) -> dict[int, list[Edge]]:
        """Return the edges that lead up from every child, the largest share first."""
        found: dict[int, list[Edge]] = {}
        for edge in sorted(self.edges, key=lambda edge: (-(edge.share_percent or WHOLE), edge.parent)):
            found.setdefault(edge.child, []).append(edge)
        return found

    @cached_property
    def below(self) -> dict[int, list[Edge]]:
        """Return the edges that lead down from every parent."""
        found: dict[int, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.parent, []).append(edge)
        return found

    def ultimate(self, customer_id: int) -> int:
        """Return the parent above all, by the largest share of each step.

        >>> Tree((Edge(3, 2), Edge(2, 1, 40.0), Edge(2, 9, 60.0))).ultimate(3)
        9
        """
        return self.way_up(customer_id)[-1]

    def way_up(self, customer_id: int) -> list[int]:
        """Return an organisation and those above it up to its ultimate parent; its depth is one less than their number.

        >>> Tree((Edge(3, 2), Edge(2, 1))).way_up(3)
        [3, 2, 1]
        """
        way = [customer_id]
        while (up := self.above.get(way[-1])) and up[0].parent not in way:
            way.append(up[0].parent)
        return way

    def members(self, root: int) -> set[int]:
        """Return an organisation and all below it, each once.

        >>> sorted(Tree((Edge(2, 1), Edge(3, 1), Edge(4, 2), Edge(4, 3), Edge(8, 9))).members(1))
        [1, 2, 3, 4]
        """
        found, waiting = {root}, [root]
        while waiting:
            for edge in self.below.get(waiting.pop(), ()):
                if edge.child not in found:
                    found.add(edge.child)
                    waiting.append(edge.child)
        return found

    def lines(self, root: int, order: Mapping[int, str] | None = None) -> list[Node]:
        """Return the tree line by line, each after the one above it; whoever has two parents is opened out once."""
        names, opened = order or {}, set[int]()
        found: list[Node] = []
        waiting = [Node(root, 0, None, None, False)]
        while waiting:
            node = waiting.pop()
            found.append(
                Node(node.customer_id, node.depth, node.parent, node.share_percent, node.customer_id in opened)
            )
            if node.customer_id in opened:
                continue
            opened.add(node.customer_id)
            edges = sorted(
                self.below.get(node.customer_id, ()), key=lambda edge: (names.get(edge.child, ""), edge.child)
            )
            waiting += [
                Node(edge.child, node.depth + 1, edge.parent, edge.share_percent, False) for edge in reversed(edges)
            ]
        return found

    def total(self, root: int, amounts: Mapping[int, int]) -> int:
        """Return the sum over an organisation and all below it, each counted once.

        >>> Tree((Edge(2, 1), Edge(3, 1), Edge(4, 2), Edge(4, 3))).total(1, {1: 1, 2: 10, 3: 100, 4: 1000})
        1111
        """
        return sum(amounts.get(each, 0) for each in self.members(root))
