"""Made-up people and the records that sources keep of them, with the truth beside.

The recipe: 18 % of the records are duplicates; seven of ten people have two surnames; names are as uneven as in life;
one in eight shares an address with another, and part of those a surname, a phone or an e-mail; some fathers and sons
bear one name; a few values stand for none. Everything follows from the seed.
"""

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from benchmarks.matching import damage, names

EXTRA = (1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3)
"""How many more records a person has who has more than one."""
HAS_DUPLICATES = 0.15
SHARES_ADDRESS = 0.12
PLACEHOLDERS = 0.004
MISSING = {"email": 0.35, "phone": 0.30, "birth_date": 0.45, "street": 0.25, "tax_id": 0.75}
CHANGED = 0.19
LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


@dataclass(frozen=True)
class Person:
    """Who somebody is."""

    number: int
    given: str
    family: str
    second: str
    birth: date
    email: str
    phone: str
    tax_id: str
    street: str
    postcode: str
    city: str


class Weighted:
    """Values of a list, the first ones far more often: the weight falls with the place."""

    def __init__(self, values: list[str], power: float = 0.9) -> None:
        self.values = values
        self.bounds = list(accumulate(1 / (place + 3) ** power for place in range(len(values))))

    def draw(self, chance: random.Random) -> str:
        """Return one of them."""
        return self.values[bisect(self.bounds, chance.random() * self.bounds[-1])]


class World:
    """Names and places to draw people from."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.given = Weighted(names.given_names())
        self.family = Weighted(names.family_names(), 0.8)
        self.english_given = Weighted(names.english_given_names(), 0.6)
        self.english_family = Weighted(names.english_family_names(), 0.6)
        self.streets = Weighted(names.streets(), 0.4)

    def person(self, number: int) -> Person:
        """Return somebody new."""
        chance = self.chance
        spanish = chance.random() < 0.70
        given = (self.given if spanish or chance.random() < 0.4 else self.english_given).draw(chance)
        family = (self.family if spanish or chance.random() < 0.4 else self.english_family).draw(chance)
        second = self.family.draw(chance) if spanish else ""
        street, postcode, city = self.address()
        digits = f"{chance.randrange(10**7, 10**8):08d}"
        return Person(
            number=number,
            given=given,
            family=family,
            second=second,
            birth=date(1935, 1, 1) + timedelta(days=chance.randrange(72 * 365)),
            email=self.email(given, family),
            phone=self.phone(),
            tax_id=digits + LETTERS[int(digits) % 23],
            street=street,
            postcode=postcode,
            city=city,
        )

    def address(self) -> tuple[str, str, str]:
        """Return a street line, its postcode and its town."""
        chance = self.chance
        city, prefix = names.TOWNS[min(int(chance.expovariate(0.09)), len(names.TOWNS) - 1)]
        door = f", {chance.randrange(1, 9)}º {chance.choice('ABCD')}" if chance.random() < 0.6 else ""
        line = f"{self.streets.draw(chance)}, {chance.randrange(1, 120)}{door}"
        return line, f"{prefix}{chance.randrange(1, 40):02d}", city.replace("_", " ")

    def email(self, given: str, family: str) -> str:
        """Return an address made of the name, as most people's is."""
        chance = self.chance
        one, two, number = given.split()[0], family.replace(" ", ""), chance.randrange(1, 2000)
        local = chance.choice(
            (f"{one}.{two}{number}", f"{one[0]}{two}{number}", f"{two}{one}{number % 100}", f"{one}{number}{two[:3]}")
        )
        return f"{local}@{chance.choice(names.DOMAINS)}"

    def phone(self) -> str:
        """Return nine digits: a mobile, or a line at home."""
        chance = self.chance
        return f"{chance.choice('6679')}{chance.randrange(10**8):08d}"

    def relative(self, of: Person, number: int) -> Person:
        """Return somebody who lives with another: spouse, child, or a flatmate."""
        chance, other = self.chance, self.person(number)
        kind = chance.random()
        shared = replace(other, street=of.street, postcode=of.postcode, city=of.city)
        if kind < 0.35:
            shared = replace(shared, family=of.family, second=other.family if of.second else "")
        elif kind < 0.5:
            shared = replace(shared, family=of.family, second=of.second)
        elif kind < 0.55:
            shared = replace(shared, given=of.given, family=of.family, second=other.family if of.second else "")
        if chance.random() < 0.3:
            shared = replace(shared, phone=of.phone)
        if chance.random() < 0.12:
            shared = replace(shared, email=of.email)
        return shared

    def again(self, person: Person) -> Person:
        """Return a person as another source knows him: what changed since, and what was written otherwise."""
        chance = self.chance
        changed = person
        if chance.random() < CHANGED:
            changed = replace(changed, email=self.email(person.given, person.family))
        if chance.random() < CHANGED:
            changed = replace(changed, phone=self.phone())
        if chance.random() < CHANGED:
            street, postcode, city = self.address()
            changed = replace(changed, street=street, postcode=postcode, city=city)
        return changed


def records(count: int, seed: int) -> Iterator[dict[str, object]]:
    """Yield records as sources write them; `person` is the truth."""
    world = World(seed)
    chance, written, number, previous = world.chance, 0, 0, None
    while written < count:
        if previous is not None and chance.random() < SHARES_ADDRESS / 2:
            person = world.relative(previous, number)
        else:
            person = world.person(number)
        previous = person if chance.random() < 0.9 else None
        copies = 1 + (chance.choice(EXTRA) if chance.random() < HAS_DUPLICATES else 0)
        for copy in range(min(copies, count - written)):
            yield _record(world, person if copy == 0 else world.again(person), copy > 0)
            written += 1
        number += 1


def _record(world: World, person: Person, again: bool) -> dict[str, object]:
    chance = world.chance
    given, family, second = person.given, person.family, person.second
    email, phone, street = person.email, person.phone, person.street
    birth: date | None = person.birth
    if again:
        given, family, second = _name_again(chance, given, family, second)
        email = damage.typo(email, chance) if chance.random() < 0.04 else email
        phone = damage.typo(phone, chance)[:9].ljust(9, "0") if chance.random() < 0.03 else phone
        street = damage.street(street, chance)
        birth = _birth_again(chance, person.birth)
    if chance.random() < PLACEHOLDERS:
        email = chance.choice(damage.PLACEHOLDER_EMAILS)
    if chance.random() < PLACEHOLDERS:
        phone = chance.choice(damage.PLACEHOLDER_PHONES)
    if chance.random() < PLACEHOLDERS:
        birth = date(1900, 1, 1)
    lacks = {field: chance.random() < share for field, share in MISSING.items()}
    return {
        "person": person.number,
        "given_name": damage.written(given, chance),
        "family_name": damage.written(family, chance),
        "second_family_name": damage.written(second, chance) if second else None,
        "birth_date": None if lacks["birth_date"] else birth,
        "email": None if lacks["email"] else (email.upper() if chance.random() < 0.05 else email),
        "phone": None if lacks["phone"] else damage.phone(phone, chance),
        "tax_id": None if lacks["tax_id"] else person.tax_id,
        "street": None if lacks["street"] else street,
        "postcode": None if lacks["street"] and chance.random() < 0.6 else person.postcode,
        "city": None if lacks["street"] and chance.random() < 0.4 else person.city,
    }


def _name_again(chance: random.Random, given: str, family: str, second: str) -> tuple[str, str, str]:
    given = damage.given(given, chance)
    if chance.random() < 0.05:
        family = damage.typo(family, chance)
    if second and chance.random() < 0.22:
        second = ""
    elif second and chance.random() < 0.04:
        second = damage.typo(second, chance)
    if second and chance.random() < 0.015:
        family, second = second, family
    if chance.random() < 0.015:
        given, family = family, given
    return given, family, second


def _birth_again(chance: random.Random, birth: date) -> date:
    kind = chance.random()
    if kind < 0.02 and birth.day <= 12:
        return date(birth.year, birth.day, birth.month)
    if kind < 0.04:
        return birth + timedelta(days=chance.choice((-10, -1, 1, 10)))
    return birth
