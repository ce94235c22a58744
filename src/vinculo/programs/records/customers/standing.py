"""Standing: all cards of a customer in a programme, what they hold together, and the best level any of them has.

A merge moves no membership: whoever was two customers has two cards, each with its own points, levels and history.
Points are added up here and gathered when they are spent (`gathering`), so that an undo finds every card as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from vinculo.identify.records.membership import selectors as membership
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.levels.selectors import Place
from vinculo.programs.records.models import Account, Member, Unit


@dataclass(frozen=True)
class Held:
    """What a customer has in one unit on all cards: to spend, promised, and set aside; a pool's points count once."""

    unit: Unit
    available: int
    pending: int
    blocked: int


@dataclass(frozen=True)
class Standing:
    """A customer in a programme: the cards, the oldest first, their points together, and the best level of each set."""

    members: tuple[Member, ...]
    held: tuple[Held, ...]
    places: tuple[Place, ...]


def standing_of(*, customer_ids: Sequence[int], program_id: int) -> Standing:
    """Return the whole standing of a customer, known by all his numbers, in a programme he has not left."""
    found = Member.objects.filter(customer_id__in=customer_ids, program_id=program_id, left_on=None)
    members = tuple(found.select_related("program", "pool").order_by("joined_on", "id"))
    return Standing(members, held_by(members), best(levels.standing_of(member_ids=[each.pk for each in members])))


def held_by(members: Iterable[Member]) -> tuple[Held, ...]:
    """Return what some members hold together, by unit; of those who share points, what they share."""
    holders = {each.pool_id or each.pk for each in members}
    rows = Account.objects.filter(member_id__in=holders).values("unit_id", "kind").annotate(points=Sum("balance"))
    sums = {(unit_id, kind): points for unit_id, kind, points in rows.values_list("unit_id", "kind", "points")}
    units = Unit.objects.filter(pk__in={unit_id for unit_id, _kind in sums}).order_by("pk")
    return tuple(
        Held(unit, *(sums.get((unit.pk, kind)) or 0 for kind in ("wallet", "pending", "blocked"))) for unit in units
    )


def best(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return the best place of each set."""
    found: dict[int, Place] = {}
    for each in places:
        before = found.get(each.level_set.pk)
        if before is None or rank(each) > rank(before):
            found[each.level_set.pk] = each
    return tuple(found.values())


def rank(place: Place) -> int:
    """Return the rank of a place; 0 where no level was reached."""
    return place.level.rank if place.level else 0


def card_of(*, customer_ids: Sequence[int], program_id: int) -> Member | None:
    """Return the card on which a customer earns what no card of his own party takes: the oldest that is in use."""
    found = Member.objects.filter(customer_id__in=customer_ids, program_id=program_id, state=Member.State.ACTIVE)
    return found.select_related("program", "pool").order_by("joined_on", "id").first()


def siblings_of(member_id: int) -> list[int]:
    """Return the other cards in use of whoever has one, in the same programme."""
    asked = Member.objects.filter(pk=member_id).annotate(current=Coalesce("customer__merged_into", "customer"))
    program_id, current = asked.values_list("program_id", "current").get()
    if current is None:
        return []
    parties = membership.members_of(customer_id=current)
    if len(parties) == 1:
        return []
    found = Member.objects.filter(customer_id__in=parties, program_id=program_id, state=Member.State.ACTIVE)
    return list(found.exclude(pk=member_id).order_by("joined_on", "id").values_list("pk", flat=True))


def reach_of(*, member: Member, unit_id: int) -> int:
    """Return what a member can spend of a unit: what his card holds, and what is gathered from his other cards."""
    holders = [member.pool_id] if member.pool_id else [member.pk, *siblings_of(member.pk)]
    wallets = Account.objects.filter(member_id__in=holders, unit_id=unit_id, kind="wallet")
    own = Q(member_id=holders[0]) | Q(member__pool=None, balance__gt=0)
    return wallets.filter(own).aggregate(points=Sum("balance"))["points"] or 0
