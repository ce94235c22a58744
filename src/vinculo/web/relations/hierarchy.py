"""The page of a hierarchy: the tree around an organisation on a day, each line with what it and all below it bring."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from vinculo.identify.hierarchies.trees import Node
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.models import Customer
from vinculo.identify.records.relations import hierarchies, selectors
from vinculo.web import permission, shell
from vinculo.web.relations import people, told
from vinculo.web.relations.people import Money

SHOWN = 300
"""Lines of a tree on one page; the sums hold all of it."""


@dataclass(frozen=True)
class Line:
    """One organisation in its tree, with the sums of itself and all below it, each of them counted once."""

    node: Node
    customer: Customer
    name: str
    members: int
    money: Money
    value: int | None
    here: bool


@require_GET
@permission.needs(*people.SEE)
def hierarchy_view(request: HttpRequest, customer_id: int, kind: str) -> HttpResponse:
    """Show the tree around an organisation."""
    customer, day = people.customer_of(customer_id), people.day_of(request)
    way = next((each for each in selectors.kind_list() if each.code == kind and each.family == "hierarchy"), None)
    if way is None:
        raise Http404
    held = hierarchies.hierarchy_of(customer_ids=people.ids_of(customer), kind=way, day=day)
    known = selectors_customer.customers_of(customer_ids=list(held.tree.members(held.root)))
    figures = people.figures(request, known.values(), day=day)
    order = {key: each.search_text for key, each in known.items()}
    nodes = [node for node in held.tree.lines(held.root, order) if node.customer_id in known]
    lines = []
    for node in nodes[:SHOWN]:
        members = held.tree.members(node.customer_id)
        lines.append(
            Line(
                node=node,
                customer=known[node.customer_id],
                name=figures.names[node.customer_id],
                members=len(members),
                money=figures.money(members),
                value=figures.value(members),
                here=node.customer_id == held.customer_id,
            )
        )
    run = shell.published(request)
    context: dict[str, Any] = {"customer": customer, "lines": lines, "more": len(nodes) > SHOWN, "day": day}
    context |= {"title": told.hierarchy_name(way), "kind": way, "total": lines[0] if lines else None}
    context |= {"root_name": figures.names.get(held.root, ""), "run": run, "today": day == timezone.localdate()}
    context["others"] = [
        (each, told.hierarchy_name(each))
        for each in hierarchies.kinds_of(customer_ids=people.ids_of(customer), day=day)
        if each.pk != way.pk
    ]
    return render(request, "relations/hierarchy.html", context)
