"""Finding: members by card number, and as one types by telephone, e-mail or name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from vinculo.identify.records import selectors_customer, selectors_search
from vinculo.identify.records.models import Customer, Identifier
from vinculo.programs.members import cards
from vinculo.programs.records.models import Member

SHOWN = 8
LONGEST = 24
"""Letters and digits of a card."""
KINDS = (Identifier.Kind.PHONE, Identifier.Kind.EMAIL)
HIDDEN = "•••"


@dataclass(frozen=True)
class Person:
    """A member as the till shows one: the name, and of phone and e-mail enough to tell two of a name apart."""

    member: Member
    name: str
    hints: tuple[str, ...] = ()

    @property
    def card(self) -> str:
        """Return the card number as it is printed."""
        return cards.shown(self.member.number)


@dataclass(frozen=True)
class Found:
    """Whom a text finds; `many` when it is the beginning of too much, or of more than is shown."""

    people: Sequence[Person] = ()
    many: bool = False


def by_card(*, program_id: int, text: str) -> Member | None:
    """Return the member whose card number this is, as a scanner or a person types it; an older card's too."""
    number = text.replace(" ", "").replace("-", "")[:LONGEST]
    return Member.objects.filter(program_id=program_id, number=number).first() if number else None


def find(*, program_id: int, text: str) -> Found:
    """Return the members whom the beginning of a telephone, an e-mail or a name may mean, and those of a card number.

    Whoever was merged is found by every number the customer ever had.
    """
    if card := by_card(program_id=program_id, text=text):
        return Found(people([card]))
    if len(text.strip()) < 2:
        return Found()
    found = selectors_search.customer_search(text=text, personal=True)
    if found.ids is None:
        return Found(many=True)
    ids = found.ids.tolist()
    whose = Q(customer__in=ids) | Q(customer__merged_into__in=ids)
    here = Member.objects.filter(whose, program_id=program_id).exclude(state=Member.State.LEFT)
    rows = list(here.select_related("pool").order_by("id")[: SHOWN + 1])
    return Found(people(rows[:SHOWN]), many=len(rows) > SHOWN)


def people(members: Sequence[Member]) -> list[Person]:
    """Return members with what tells them apart."""
    parties = [each.customer_id for each in members if each.customer_id]
    known = selectors_customer.customers_of(customer_ids=parties)
    current = {party: each.merged_into_id or party for party, each in known.items()}
    missing = set(current.values()) - set(known)
    taken = known | (selectors_customer.customers_of(customer_ids=list(missing)) if missing else {})
    hints: dict[int, list[str]] = {}
    for each in Identifier.objects.filter(customer_id__in=parties, kind__in=KINDS).order_by("kind", "id"):
        hints.setdefault(each.customer_id, []).append(masked(each))
    return [person(each, taken.get(current.get(each.customer_id or 0, 0)), hints) for each in members]


def person(member: Member, customer: Customer | None, hints: dict[int, list[str]]) -> Person:
    """Return one member."""
    told = tuple(dict.fromkeys(hints.get(member.customer_id or 0, ())))
    return Person(member, customer.name if customer else "", told[:2])


def masked(found: Identifier) -> str:
    """Return enough of an identifier to tell two apart."""
    if found.kind == Identifier.Kind.EMAIL:
        return f"{found.value[:1]}{HIDDEN}@{HIDDEN}.{found.value.rpartition('.')[2]}"
    return f"{HIDDEN} {found.value[-3:]}"
