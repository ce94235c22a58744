"""Telling: an entry of the timeline in a sentence that is grasped in one glance, with where it comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vinculo.identify.leads import stages
from vinculo.identify.records import selectors_customer, selectors_hand
from vinculo.identify.records.models import Customer, Import, Lead, LeadStep, Merge, OrderLine, Source
from vinculo.identify.records.timeline.details import Details
from vinculo.identify.records.timeline.selectors import Entry
from vinculo.web import shell
from vinculo.web.customers import naming
from vinculo.web.customers.hand import changes
from vinculo.web.customers.hand.form import HELD
from vinculo.web.customers.timeline import visiting
from vinculo.web.relations import people
from vinculo.web.relations import told as bonds

TAGS: dict[str, str | Promise] = {
    "order": gettext_lazy("Order"),
    "event": gettext_lazy("Visit"),
    "consent": gettext_lazy("Consent"),
    "right": gettext_lazy("Request"),
    "lead": gettext_lazy("Lead"),
    "link": gettext_lazy("Relation"),
    "merge": gettext_lazy("Identity"),
    "change": gettext_lazy("Change"),
    "arrival": gettext_lazy("Source"),
    "birth": gettext_lazy("Source"),
}
"""What stands before an entry, by its stream."""
NAMED = 2
"""Products named in a sentence; the others are counted."""


@dataclass
class Told:
    """An entry in words: the sentence, what is to be said beside it, where it comes from, and what can be opened."""

    entry: Entry
    words: str
    remark: str = ""
    link: str = ""
    link_words: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    """What the page unfolds, by the names that its template reads."""

    @property
    def tag(self) -> str:
        """Return of what kind it is."""
        return str(TAGS[self.entry.stream])

    @property
    def time(self) -> str:
        """Return the time of day; a sale of which only the day is known has none."""
        shown = f"{self.entry.clock:%H:%M}"
        return "" if shown == "00:00" and self.entry.stream in ("order", "right", "consent", "birth") else shown


class Teller:
    """Who tells the entries of a page to one reader, in the language of the page."""

    def __init__(self, request: HttpRequest, customer: Customer, details: Details) -> None:
        self.request, self.customer, self.details = request, customer, details
        self.reader = shell.reader(request)

    def may(self, *permissions: str) -> bool:
        """Tell whether the reader has all of some rights."""
        return bool(self.request.user.has_perms([f"staff.{each}" for each in permissions]))

    @cached_property
    def names(self) -> dict[int, str]:
        """Return what the customers are called whom decisions moved."""
        ids = {each for moved in self.details.parties.values() for each in moved}
        return people.names_of(self.request, selectors_customer.customers_of(customer_ids=list(ids)).values())

    @cached_property
    def links(self) -> dict[int, dict[str, Any]]:
        """Return changes of relations in words."""
        return {each["change"].pk: each for each in bonds.of(self.request, list(self.details.links.values()))}

    @cached_property
    def undoable(self) -> int | None:
        """Return the change by hand that can be taken back."""
        found = selectors_hand.change_undoable(customer_id=self.customer.pk) if self.may("customer_change") else None
        return found.pk if found else None

    def tell(self, entries: Sequence[Entry]) -> list[Told]:
        """Return entries in words, but for those whose row has gone while the page was read."""
        return [TELLING[each.stream](self, each) for each in entries if each.visit or each.id in self.rows[each.stream]]

    @cached_property
    def rows(self) -> Mapping[str, Mapping[int, object]]:
        """Return the rows behind entries, by stream."""
        found = self.details
        return {
            "order": found.orders,
            "consent": found.consents,
            "right": found.rights,
            "lead": found.steps,
            "link": found.links,
            "merge": found.merges,
            "change": found.records,
            "arrival": found.records,
            "birth": found.births,
        }

    def came(self, source: Source | None, imported: Import | None) -> tuple[str, str, str]:
        """Return from where something came in words, the address of its import, and the words of that."""
        said = str(source or "")
        if imported is None:
            return said, "", ""
        address = reverse("import", args=[imported.pk]) if self.may("import_view") else ""
        return f"{said}: {imported.file_name}" if said else imported.file_name, address, imported.file_name


def order(teller: Teller, entry: Entry) -> Told:
    """Tell what was bought, and what came back."""
    placed, lines = teller.details.orders[entry.id], teller.details.lines.get(entry.id, [])
    net = sum(line.net_minor for line in lines)
    bought = products([line for line in lines if line.line_kind == "sale" and line.quantity > 0])
    back = products([line for line in lines if line.line_kind in ("return", "cancellation")])
    template = _("{money}: bought {what}") if bought else _("{money}: returned {back}") if back else "{money}"
    if bought and back:
        template = _("{money}: bought {what}; returned {back}")
    _said, link, link_words = teller.came(placed.source, placed.imported)
    return Told(
        entry,
        template.format(money=teller.reader.money(net), what=bought, back=back),
        remark=" · ".join(filter(None, (placed.number, str(placed.channel or "")))),
        link=link,
        link_words=link_words,
        more={"order": placed, "lines": lines},
    )


def products(lines: Sequence[OrderLine]) -> str:
    """Name the products of lines: the first of them, and how many more there are."""
    names = list(dict.fromkeys(name for line in lines if (name := product(line))))
    if len(names) <= NAMED + 1:
        return ", ".join(names)
    more = len(names) - NAMED
    words = ngettext("{names} and {count} more", "{names} and {count} more", more)
    return words.format(names=", ".join(names[:NAMED]), count=more)


def product(line: OrderLine) -> str:
    """Return the name of what a line is about."""
    return (line.product.name or line.product.code if line.product else "") or line.description or ""


def visit(teller: Teller, entry: Entry) -> Told:
    """Tell a visit."""
    assert entry.visit is not None
    sources = {event.source_id: teller.details.sources.get(event.source_id) for event in entry.visit.events}
    source_id, named = next(iter(sources)), ", ".join(str(each) for each in sources.values() if each)
    linked = teller.may("source_view")
    return Told(
        entry,
        visiting.sentence(entry.visit, teller.details.looks),
        remark="" if linked else named,
        link=reverse("source", args=[source_id]) if linked else "",
        link_words=named,
        more={"steps": visiting.steps(entry.visit, teller.details.looks)},
    )


def consent(teller: Teller, entry: Entry) -> Told:
    """Tell an answer about consent."""
    said = teller.details.consents[entry.id]
    topic = f"{said.purpose}: {said.channel}" if said.channel else str(said.purpose)
    template = {
        "given": _("Agreed to {topic}"),
        "withdrawn": _("Took back the consent to {topic}"),
        "expired": _("The consent to {topic} ran out"),
    }[said.action]
    origin = _(said.origin) if teller.may("personal_data_view") else ""
    remark = " · ".join(filter(None, (origin, said.imported.file_name if said.imported else "")))
    link = reverse("consents", args=[teller.customer.pk])
    return Told(entry, template.format(topic=topic), remark=remark, link=link, link_words=_("Consents"))


def right(teller: Teller, entry: Entry) -> Told:
    """Tell a request of a person about his or her data."""
    asked = teller.details.rights[entry.id]
    words = _("Request: {kind}, {state}").format(kind=asked.get_kind_display(), state=asked.get_state_display())
    remark = _("received on {day}").format(day=teller.reader.day(asked.received_on))
    link = reverse("person_rights", args=[teller.customer.pk])
    return Told(entry, words, remark=remark, link=link, link_words=_("Requests and data"))


def lead(teller: Teller, entry: Entry) -> Told:
    """Tell a step of a lead."""
    step = teller.details.steps[entry.id]
    after = str(Lead.Stage(step.to_stage).label)
    template = _("Lead opened: {after}")
    if step.from_stage:
        template = _("Lead went on from {before} to {after}")
        if step.way == LeadStep.Way.UNDONE:
            template = _("Step of a lead taken back: from {before} to {after}")
        elif stages.STAGES.index(step.to_stage) < stages.STAGES.index(step.from_stage):
            template = _("Lead went back from {before} to {after}")
    before = str(Lead.Stage(step.from_stage).label) if step.from_stage else ""
    told = [step.lead.interest, step.reason if teller.may("personal_data_view") else ""]
    link = reverse("prospect", args=[step.lead_id])
    words = template.format(before=before, after=after)
    return Told(entry, words, remark=" · ".join(filter(None, told)), link=link, link_words=_("Lead"))


def link(teller: Teller, entry: Entry) -> Told:
    """Tell a change of a relation, or of a place in a household."""
    told = teller.links[entry.id]
    change = told["change"]
    household = (change.after or change.before or {}).get("household_id")
    address = reverse("household", args=[household]) if household else ""
    return Told(
        entry,
        _("{what}: {done}").format(what=told["what"], done=told["words"]),
        link=address or reverse("customer_relations", args=[teller.customer.pk]),
        link_words=_("Household") if household else _("Relations"),
        # A note may say anything of anybody.
        more={"fields": told["fields"] if teller.may("personal_data_view") else []},
    )


def merge(teller: Teller, entry: Entry) -> Told:
    """Tell that records were found to be one customer, or not to be."""
    decided = teller.details.merges[entry.id]
    names = ", ".join(teller.names.get(each, str(each)) for each in teller.details.parties.get(entry.id, ()))
    template = _("{names}: separated again") if decided.kind == Merge.Kind.UNMERGE else _("{names}: the same customer")
    by = decided.by if decided.decided_by == Merge.Decider.STEWARD else str(decided.get_decided_by_display())
    personal = teller.may("personal_data_view")
    return Told(
        entry,
        template.format(names=names),
        remark=" · ".join(filter(None, (by if teller.may("audit_view") else "", decided.reason if personal else ""))),
        link=reverse("customer_identity", args=[teller.customer.pk]) if personal else "",
        link_words=_("Why one customer"),
    )


def change(teller: Teller, entry: Entry) -> Told:
    """Tell a change by hand."""
    record = teller.details.records[entry.id]
    told = changes.told(selectors_hand.change_of(record))
    words = _("Added by hand") if told.change.created else _("Changed by hand")
    if told.change.undoes:
        words = _("A change by hand was taken back")
    undoable = record.pk == teller.undoable
    return Told(
        entry,
        words,
        remark=told.change.by if teller.may("audit_view") else "",
        more={"fields": told.fields, "undo": record.pk if undoable else None, "created": told.change.created},
    )


def arrival(teller: Teller, entry: Entry) -> Told:
    """Tell a record that came in."""
    record = teller.details.records[entry.id]
    said, address, address_words = teller.came(record.source, record.imported)
    template = _("Came in from {source}") if record.version == 1 else _("Said anew by {source}")
    row = _("row {row}").format(row=teller.reader.number(record.row_number)) if record.row_number else ""
    cells = sorted(flat(record.payload)) if teller.may("personal_data_view") else []
    words = template.format(source=said)
    return Told(entry, words, remark=row, link=address, link_words=address_words, more={"cells": cells})


def flat(payload: object) -> list[tuple[str, str]]:
    """Return the cells of a record as they came, or where it keeps none, what it says in words of ours."""
    said = payload if isinstance(payload, dict) else {}
    raw: dict[str, object] = said.get("raw") or {}
    clean: dict[str, object] = said.get("clean") or said
    cells = raw or {changes.named(name) if name in HELD else name: worded(name, cell) for name, cell in clean.items()}
    return [(str(name), str(cell)) for name, cell in cells.items() if cell not in (None, "", [], {})]


def worded(name: str, cell: object) -> object:
    """Return a value of a field as people read it."""
    return naming.shown(name, cell) if name in HELD and isinstance(cell, str) else cell


def birth(teller: Teller, entry: Entry) -> Told:
    """Tell since when a customer without a record of its own is known."""
    made = teller.details.births[entry.id]
    imported = made.imported
    said, address, address_words = teller.came(imported.source if imported else None, imported)
    words = _("Known since {source} came in").format(source=said) if said else _("Known since then")
    return Told(entry, words, link=address, link_words=address_words)


TELLING: dict[str, Callable[[Teller, Entry], Told]] = {
    "order": order,
    "event": visit,
    "consent": consent,
    "right": right,
    "lead": lead,
    "link": link,
    "merge": merge,
    "change": change,
    "arrival": arrival,
    "birth": birth,
}
"""Who tells the entries of each stream."""
