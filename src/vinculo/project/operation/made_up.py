"""Contact data made up around the real buyers of the demonstration, whose shop gave out numbers only.

Everything follows from the number of a buyer, so the same file comes out every time. One buyer in twelve also wrote to
the newsletter, under another spelling and with other means of contact: these are the duplicates that matching finds.
One in eight lives with the buyer before, most of them under one family name: these households stay two customers.
"""

import csv
import io
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

COLUMNS = (
    *("Customer ID", "Given name", "Family name", "E-mail", "Phone", "Birth date", "Address", "City"),
    *("Consent", "Consent date", "Consent origin"),
)
NEWSLETTER, HOUSEHOLD = 12, 8
"""One in so many."""


@cache
def words() -> dict[str, Any]:
    """Return the names, streets and towns that contacts are made of."""
    found: dict[str, Any] = json.loads((files("vinculo.project.operation") / "made_up.json").read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Contact:
    """Who a buyer is said to be."""

    key: str
    given: str
    family: str
    email: str
    phone: str
    born: date
    street: str
    town: str
    consented: date | None

    def row(self) -> tuple[str, ...]:
        """Return the row of a file of customers."""
        said = ("yes", self.consented.isoformat(), "shop checkout") if self.consented else ("no", "", "")
        place = (self.street, self.town)
        return (self.key, self.given, self.family, self.email, self.phone, self.born.isoformat(), *place, *said)


def contacts(keys: Iterable[str]) -> Iterator[Contact]:
    """Yield a contact for each buyer, in the order of their numbers."""
    before: Contact | None = None
    for key in sorted(keys):
        chance = random.Random(key)
        found = contact(key, chance)
        if before is not None and chance.randrange(HOUSEHOLD) == 0:
            family = before.family if chance.random() < 0.7 else found.family
            found = replace(found, family=family, street=before.street, town=before.town)
        before = found
        yield found


def contact(key: str, chance: random.Random) -> Contact:
    """Return somebody."""
    known = words()
    given, family = chance.choice(known["given"]), chance.choice(known["family"])
    town = chance.choice(known["towns"])
    # Numbers that Ofcom keeps for drama, one each, and a domain that leads nowhere (RFC 2606).
    place = int("".join(filter(str.isdigit, key)) or 0) % (1000 * len(known["phones"]))
    phone = f"+44 {known['phones'][place // 1000]}{place % 1000:03d}"
    return Contact(
        key=key,
        given=given,
        family=family,
        email=f"{given}.{family}{key}@mail.example.com".lower(),
        phone=phone,
        born=date(1945, 1, 1) + timedelta(days=chance.randrange(20_000)),
        street=f"{chance.randrange(1, 200)} {chance.choice(known['streets'])}",
        town=town,
        consented=date(2010, 12, 1) + timedelta(days=chance.randrange(300)) if chance.random() < 0.6 else None,
    )


def subscribers(people: Iterable[Contact]) -> Iterator[Contact]:
    """Yield those who also wrote to the newsletter, as they wrote themselves there."""
    for each in people:
        chance = random.Random(f"newsletter {each.key}")
        if chance.randrange(NEWSLETTER):
            continue
        given = words()["short"].get(each.given, each.given)
        family = each.family.upper() if chance.random() < 0.3 else each.family
        changed = replace(each, key=f"N{each.key}", given=given, family=family)
        if chance.random() < 0.4:
            changed = replace(changed, email=f"{given}{chance.randrange(100)}@post.example.org".lower())
        yield changed


def text(people: Iterable[Contact]) -> bytes:
    """Return a file of customers."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows(each.row() for each in people)
    return written.getvalue().encode()
