"""Members listed: page by page from a number on, by state and level, or whom a search finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from vinculo.identify.records import selectors_customer
from vinculo.programs.members import cards
from vinculo.programs.records.ledger import members
from vinculo.programs.records.models import Account, Level, LevelSet, LevelStanding, Member, Unit

PAGE, AT_ONCE, FOUND = 50, 1000, 20


@dataclass(frozen=True)
class Asked:
    """Whom a list is about."""

    program_id: int
    search: str = ""
    state: str = ""
    level: Level | None = None
    personal: bool = True


@dataclass(frozen=True)
class Row:
    """A member as lists show one; balances by unit, levels by set."""

    member: Member
    name: str
    balances: dict[int, int]
    levels: dict[int, Level]

    @property
    def card(self) -> str:
        """Return the card number as it is printed."""
        return cards.shown(self.member.number)


@dataclass(frozen=True)
class Page:
    """One page of members, and the number after which the next begins."""

    rows: Sequence[Row]
    next: int | None


def chosen(asked: Asked) -> QuerySet[Member]:
    """Return the members of a state and level, by their numbers."""
    found = Member.objects.filter(program_id=asked.program_id)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.level is not None:
        of_level = LevelStanding.objects.filter(level_set=asked.level.level_set_id, rank=asked.level.rank)
        found = found.filter(pk__in=of_level.values("member"))
    return found.order_by("id")


def page_of(asked: Asked, *, after: int = 0) -> Page:
    """Return the members after a number; of a search, the first that it finds."""
    if asked.search:
        found = members.member_find(
            program_id=asked.program_id, text=asked.search, personal=asked.personal, limit=FOUND
        )
        kept = set(chosen(asked).filter(pk__in=[each.pk for each in found]).values_list("pk", flat=True))
        return Page(rows_of(asked.program_id, [each for each in found if each.pk in kept]), None)
    shown = list(chosen(asked).filter(pk__gt=after)[: PAGE + 1])
    more = len(shown) > PAGE
    return Page(rows_of(asked.program_id, shown[:PAGE]), shown[PAGE - 1].pk if more else None)


def every(asked: Asked) -> Iterator[Row]:
    """Yield all members of a list, read in pieces."""
    if asked.search:
        yield from page_of(asked).rows
        return
    after = 0
    while found := list(chosen(asked).filter(pk__gt=after)[:AT_ONCE]):
        yield from rows_of(asked.program_id, found)
        after = found[-1].pk


def rows_of(program_id: int, found: Sequence[Member]) -> list[Row]:
    """Return members with their names, balances and levels, in a few queries whatever their number."""
    parties = [each.customer_id for each in found if each.customer_id]
    known = selectors_customer.customers_of(customer_ids=parties)
    taken = selectors_customer.customers_of(
        customer_ids=[each.merged_into_id for each in known.values() if each.merged_into_id]
    )
    names = {party: taken.get(each.merged_into_id or party, each).name for party, each in known.items()}
    holders = {each.pk: each.pool_id or each.pk for each in found}
    balances: dict[int, dict[int, int]] = {}
    wallets = Account.objects.filter(member_id__in=set(holders.values()), kind="wallet")
    for member_id, unit_id, balance in wallets.values_list("member_id", "unit_id", "balance"):
        balances.setdefault(member_id or 0, {})[unit_id] = balance or 0
    ranks = {(each.level_set_id, each.rank): each for each in Level.objects.filter(level_set__program=program_id)}
    levels: dict[int, dict[int, Level]] = {}
    standing = LevelStanding.objects.filter(member_id__in=list(holders))
    for member_id, level_set, rank in standing.values_list("member_id", "level_set_id", "rank"):
        if level := ranks.get((level_set, rank)):
            levels.setdefault(member_id, {})[level_set] = level
    return [
        Row(each, names.get(each.customer_id or 0, ""), balances.get(holders[each.pk], {}), levels.get(each.pk, {}))
        for each in found
    ]


def units_of(program_id: int) -> list[Unit]:
    """Return the units of a programme."""
    return list(Unit.objects.filter(program_id=program_id).order_by("id"))


def sets_of(program_id: int) -> list[LevelSet]:
    """Return the sets of levels of a programme."""
    return list(LevelSet.objects.filter(program_id=program_id).order_by("id"))
