"""Members of a file: each leads to one customer, who joins once; whoever is a member already stays as he is."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from vinculo.foundation import actor
from vinculo.identify import folding
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Identifier
from vinculo.programs.files import reading
from vinculo.programs.files.reading import Bad, Row
from vinculo.programs.members import cards
from vinculo.programs.records import facts
from vinculo.programs.records.models import Member
from vinculo.programs.records.rewards.selectors import line

NEEDED = (("customer", "email", "phone"),)
COLUMNS = ("card", "customer", "kind", "state", "joined_on", "left_on")
AT_ONCE = 1_000
KINDS = {"customer": Identifier.Kind.SOURCE_KEY, "email": Identifier.Kind.EMAIL, "phone": Identifier.Kind.PHONE}
Progress = Callable[[float], None]


@dataclass
class Arrived:
    """What became of the rows of a file."""

    rows: int = 0
    new: int = 0
    known: int = 0
    bad: list[Bad] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Who is to join."""

    row: Row
    customer_id: int
    card: str
    joined_on: date


def members_import(*, program_id: int, rows: Sequence[Row], today: date, progress: Progress) -> Arrived:
    """Let the customers of a file join, some at a time; bad rows are told and left out."""
    done = Arrived(rows=len(rows))
    for first in range(0, len(rows), AT_ONCE):
        with transaction.atomic():
            join(program_id, rows[first : first + AT_ONCE], today, done)
        progress(min(first + AT_ONCE, len(rows)) / len(rows))
    return done


def join(program_id: int, rows: Sequence[Row], today: date, done: Arrived) -> None:
    """Let the customers of some rows join."""
    wanted = read(rows, customers_of(rows), today, done.bad)
    mine = Member.objects.filter(program_id=program_id)
    parties = {
        party: customer
        for customer, known in membership.members_by([each.customer_id for each in wanted]).items()
        for party in known
    }
    here = mine.filter(customer_id__in=parties, left_on=None).values_list("customer_id", flat=True)
    joined = {parties[each] for each in here if each is not None}
    taken = set(mine.filter(number__in=[each.card for each in wanted if each.card]).values_list("number", flat=True))
    made = []
    for each in wanted:
        if each.customer_id in joined:
            done.known += 1
        elif each.card and each.card in taken:
            done.bad.append(Bad(each.row.number, "card", each.card, "a card that nobody has"))
        else:
            joined.add(each.customer_id)
            taken.add(each.card)
            made.append(
                Member(
                    program_id=program_id,
                    number=each.card or cards.draw(secrets.randbelow),
                    customer_id=each.customer_id,
                    joined_on=each.joined_on,
                    joined_by=actor.current().name,
                )
            )
    for new in Member.objects.bulk_create(made):
        facts.member_joined.send(sender=None, member_id=new.pk, customer_id=new.customer_id)
    done.new += len(made)


def read(rows: Sequence[Row], customers: dict[tuple[str, str], set[int]], today: date, bad: list[Bad]) -> list[Wanted]:
    """Return who is to join, and tell of the rows that lead to nobody."""
    wanted = []
    for row in rows:
        whose = customer(row, customers)
        card = reading.card(row) if row.text("card") else ""
        joined_on = reading.day(row, "joined_on")
        found = [each for each in (whose, card, joined_on) if isinstance(each, Bad)]
        bad += found
        if not found:
            assert isinstance(whose, int)
            assert isinstance(card, str)
            assert joined_on is None or isinstance(joined_on, date)
            wanted.append(Wanted(row, whose, card, joined_on or today))
    return wanted


def customer(row: Row, customers: dict[tuple[str, str], set[int]]) -> int | Bad:
    """Return the one customer of a row, by the first of its cells that says who it is."""
    column = next((name for name in KINDS if row.text(name)), "customer")
    found = customers.get((column, row.text(column)), set())
    if len(found) == 1:
        return next(iter(found))
    said = "what one customer is known by: several are" if found else "what a customer is known by"
    return Bad(row.number, column, row.text(column), said)


def customers_of(rows: Sequence[Row]) -> dict[tuple[str, str], set[int]]:
    """Return the customers that the cells of some rows lead to now."""
    asked: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        for column, kind in KINDS.items():
            if text := row.text(column):
                asked[str(kind), folding.identifier(kind, text)].add((column, text))
    named = Identifier.objects.filter(
        kind__in=KINDS.values(), normalised__in={value for _kind, value in asked if value}
    ).values_list("kind", "normalised", "customer_id")
    pairs = [(cell, number) for kind, value, number in named for cell in asked.get((kind, value), ())]
    current = membership.current_of({number for _cell, number in pairs})
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for cell, number in pairs:
        found[cell].add(current[number])
    return found


def members_export(*, program_id: int) -> Iterator[bytes]:
    """Yield the members of a programme as delimited text that an import reads again; no cell is a formula."""
    yield line(COLUMNS)
    rows = Member.objects.filter(program_id=program_id).order_by("id")
    batch: list[Member] = []
    for each in rows.iterator(AT_ONCE):
        batch.append(each)
        if len(batch) == AT_ONCE:
            yield from written(batch)
            batch = []
    yield from written(batch)


def written(members: Sequence[Member]) -> Iterator[bytes]:
    """Yield some members."""
    numbers = selectors_customer.numbers_of(customer_ids=[each.customer_id for each in members if each.customer_id])
    for each in members:
        left = each.left_on.isoformat() if each.left_on else ""
        number = numbers.get(each.customer_id or 0, "")
        yield line([each.number, number, each.kind, each.state, each.joined_on.isoformat(), left])
