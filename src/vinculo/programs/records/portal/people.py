"""People: of which customers and members an address is, and which memberships a customer has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vinculo.identify import folding
from vinculo.identify.records.consents import selectors as consents
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer, Identifier, RightsRequest
from vinculo.programs.records.ledger import selectors
from vinculo.programs.records.models import Member, Program

Choice = tuple[int, int]
"""A customer and a member, 0 for none."""


def kept(choices: Sequence[Choice]) -> list[dict[str, int]]:
    """Return choices as a row keeps them."""
    return [{"customer": customer_id, "member": member_id} for customer_id, member_id in choices]


def read(rows: Sequence[Mapping[str, int]]) -> list[Choice]:
    """Return choices as a row kept them."""
    return [(each["customer"], each["member"]) for each in rows]


def mark(customer_id: int) -> list[dict[str, int]]:
    """Return what the choices of a row contain where a customer is among them."""
    return [{"customer": customer_id}]


def written(address: str) -> str:
    """Return the form in which an address is looked up."""
    return folding.identifier(Identifier.Kind.EMAIL, address)


def bearing(address: str) -> list[Identifier]:
    """Return the identifiers that are an address, capitals aside.

    Addresses are looked up without accents, and many signs fold into one: whoever owns an address that only looks up
    like a customer's is not let in by it.
    """
    found = Identifier.objects.filter(kind=Identifier.Kind.EMAIL, normalised=written(address)).order_by("id")
    return [each for each in found if each.value.strip().lower() == address.strip().lower()]


def choices_of(address: str) -> list[Choice]:
    """Return as whom the reader of an address may sign in: every membership of every customer it belongs to."""
    found = [each.customer_id for each in bearing(address)]
    current = membership.current_of(found)
    choices: list[Choice] = []
    for customer_id in dict.fromkeys(current[each] for each in found):
        ids = membership.members_of(customer_id=customer_id)
        if consents.blocked_by(customer_ids=ids) != RightsRequest.Kind.ERASURE:
            choices += [(customer_id, each.pk) for each in memberships(ids)] or [(customer_id, 0)]
    return choices


def memberships(customer_ids: Sequence[int]) -> list[Member]:
    """Return the memberships of a customer in programmes that are not being prepared; of each the one that lasts."""
    found: dict[int, Member] = {}
    for each in selectors.members_of(customer_ids):
        # Those that were left come first: a later one takes their place.
        if each.program.state != Program.State.DRAFT and each.kind != Member.Kind.POOL:
            kept = found.get(each.program_id)
            if kept is None or (each.left_on is None) >= (kept.left_on is None):
                found[each.program_id] = each
    return list(found.values())


def lasting(member: Member | None, customer_ids: Sequence[int]) -> Member | None:
    """Return as which member a customer goes on who was one: as long as it lasts, as that one.

    Whoever left and joined again, or joined on another device, is the member of now; what became another customer's by
    a merge taken back is nobody's here.
    """
    if member is not None and member.customer_id in customer_ids and member.left_on is None:
        return member
    found = memberships(customer_ids)
    if member is not None:
        found = [each for each in found if each.program_id == member.program_id]
    return found[0] if found else None


def programs_open(customer_ids: Sequence[int]) -> list[Program]:
    """Return the programmes a customer may join."""
    inside = [each.program_id for each in memberships(customer_ids) if each.left_on is None]
    return list(Program.objects.filter(state=Program.State.OPEN).exclude(pk__in=inside).order_by("name", "pk"))


def ids_of(customer_id: int) -> list[int]:
    """Return all the ids that are one customer, the one that is shown first at the beginning."""
    return consents.customer_ids_of(customer_id=customer_id)


@dataclass(frozen=True)
class Told:
    """One of those somebody may go on as: who it is, and in which programme."""

    choice: Choice
    customer: Customer
    member: Member | None


def told(rows: Sequence[Mapping[str, int]]) -> list[Told]:
    """Return choices with whom they stand for, those left out who are no more."""
    choices = read(rows)
    customers = Customer.objects.in_bulk([each for each, _member in choices])
    members = Member.objects.select_related("program").in_bulk([each for _customer, each in choices if each])
    return [Told(each, customers[each[0]], members.get(each[1])) for each in choices if each[0] in customers]
