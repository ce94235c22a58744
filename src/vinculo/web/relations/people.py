"""People: customers as they are shown beside others, with what they are worth and bought, masked where need be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.utils import timezone

from vinculo.differentiate.records import selectors as scores
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer
from vinculo.identify.records.relations import sums
from vinculo.identify.records.relations.sums import Sum
from vinculo.measure.charts.reader import NOTHING, Reader
from vinculo.web import shell
from vinculo.web.customers import masking

SEE = ("staff.customer_view", "staff.relation_view")
FIRST, LAST = date(1850, 1, 1), date(2200, 1, 1)
"""Days a page can be asked for."""
CHANGE = (*SEE, "staff.relation_change", "staff.personal_data_view")
"""Nobody changes what the role does not show."""


@dataclass(frozen=True)
class Money:
    """What some customers bought, written for the reader, one line a currency."""

    orders: int
    net: str
    margin: str


@dataclass(frozen=True)
class Figures:
    """What pages show of several customers on a day: who they are called, what they bought, what they are worth."""

    names: Mapping[int, str]
    bought: Mapping[int, Sequence[Sum]]
    values: Mapping[int, int]
    reader: Reader

    def money(self, members: Iterable[int]) -> Money:
        """Return what distinct customers bought together; amounts of two currencies stand side by side."""
        found = sums.added(self.bought, members)
        own = [(Reader(self.reader.language, each.currency), each) for each in found]
        return Money(
            sum(each.orders for each in found),
            " + ".join(reader.money(each.net_minor) for reader, each in own) or NOTHING,
            " + ".join(reader.money(each.known_margin_minor) for reader, each in own) or NOTHING,
        )

    def value(self, members: Iterable[int]) -> int | None:
        """Return what distinct customers are worth together; nothing when the run knows none of them."""
        known = [self.values[each] for each in set(members) if each in self.values]
        return sum(known) if known else None

    def last(self, members: Iterable[int]) -> date | None:
        """Return the day of the last purchase of some customers."""
        found = [each.last_at for each in sums.added(self.bought, members) if each.last_at]
        return timezone.localtime(max(found)).date() if found else None


def figures(request: HttpRequest, customers: Iterable[Customer], *, day: date) -> Figures:
    """Return what may be shown to this reader of some customers."""
    known = {each.pk: each for each in customers}
    run = shell.published(request)
    worth = run is not None and request.user.has_perm("staff.value_view")
    return Figures(
        names_of(request, known.values()),
        sums.sums_of(customer_ids=known, day=day) if request.user.has_perm("staff.order_view") else {},
        scores.totals_of(run_id=run.pk, customer_ids=known) if run and worth else {},
        shell.reader(request),
    )


def names_of(request: HttpRequest, customers: Iterable[Customer]) -> dict[int, str]:
    """Return what customers are called before this reader."""
    known = {each.pk: each for each in customers}
    numbers = selectors_customer.numbers_of(customer_ids=list(known))
    personal = request.user.has_perm("staff.personal_data_view")
    return {key: masking.name_of(each, numbers.get(key, ""), personal=personal) for key, each in known.items()}


def customer_of(customer_id: int) -> Customer:
    """Return a customer, or the page that says there is none."""
    found = selectors_customer.customers_of(customer_ids=[customer_id]).get(customer_id)
    if found is None:
        raise Http404
    return found


def ids_of(customer: Customer) -> list[int]:
    """Return all the ids that are this customer, its own first; every selector of relations takes them all."""
    return list(membership.members_of(customer_id=customer.pk))


def day_of(request: HttpRequest) -> date:
    """Return the day an address asks for, today unless it names one of our times."""
    today = timezone.localdate()
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return asked if FIRST <= asked <= LAST else today
