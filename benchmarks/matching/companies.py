"""Made-up companies and the records that sources keep of them: branches, one switchboard for several, legal forms."""

import random
from collections.abc import Iterator

from benchmarks.matching import damage, people
from vinculo.identify.cleaning import texts

_KINDS = sorted(
    texts.listed(
        """
        Panadería Ferretería Talleres Construcciones Transportes Muebles Electricidad Farmacia Librería Papelería
        Óptica Clínica Gestoría Asesoría Hotel Restaurante Bodegas Conservas Textiles Maderas Pinturas Suministros
        Instalaciones Reformas Distribuciones Frutas Carnes Jardinería Limpiezas Seguros Viajes Informática Ediciones
        Cerámicas Plásticos
        """
    )
)
_FORMS = ("S.L.", "S.L.", "S.L.", "S.A.", "SL", "SA", "S.L.U.", "S. Coop.", "C.B.", "Ltd")
_BRANCHES = ("Norte", "Sur", "Centro", "Delegación", "Levante", "Sucursal 2")
DUPLICATES, BRANCHES, SAME_GROUP = 0.2, 0.08, 0.05


def records(count: int, seed: int) -> Iterator[dict[str, object]]:
    """Yield records of companies; `person` is the truth, a branch is a company of its own."""
    world = people.World(seed)
    chance, written, number, previous = world.chance, 0, 0, None
    while written < count:
        company = _company(world, number)
        if previous is not None and chance.random() < BRANCHES:
            company = _branch(world, previous, number)
        elif previous is not None and chance.random() < SAME_GROUP:
            company |= {"phone": previous["phone"], "email": previous["email"]}
        previous = company
        copies = 1 + (chance.choice(people.EXTRA) if chance.random() < DUPLICATES else 0)
        for copy in range(min(copies, count - written)):
            yield _record(chance, company if copy == 0 else _again(world, company), copy > 0)
            written += 1
        number += 1


def _company(world: people.World, number: int) -> dict[str, object]:
    chance = world.chance
    family, other = world.family.draw(chance).title(), world.family.draw(chance).title()
    called = chance.choice(
        (family, f"{family} y {other}", f"Hermanos {family}", f"{other} {family}", f"Hijos de {family}")
    )
    name = f"{chance.choice(_KINDS)} {called}"
    street, postcode, city = world.address()
    domain = f"{family.lower()}{number % 1000}.es" if chance.random() < 0.7 else chance.choice(people.names.DOMAINS)
    digits = f"{chance.randrange(10**7):07d}"
    return {
        "person": number,
        "name": name,
        "form": chance.choice(_FORMS),
        "email": f"{chance.choice(('info', 'ventas', 'admin', family.lower()))}{number % 50}@{domain}",
        "phone": f"9{chance.randrange(10**8):08d}",
        "tax_id": f"B{digits}{_control(digits)}",
        "street": street,
        "postcode": postcode,
        "city": city,
    }


def _control(digits: str) -> int:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::2])
    return (10 - (doubled + sum(map(int, digits[1::2]))) % 10) % 10


def _branch(world: people.World, parent: dict[str, object], number: int) -> dict[str, object]:
    chance, (street, postcode, city) = world.chance, world.address()
    name = parent["name"] if chance.random() < 0.5 else f"{parent['name']} {chance.choice(_BRANCHES)}"
    place = {"street": street, "postcode": postcode, "city": city, "phone": f"9{chance.randrange(10**8):08d}"}
    email = f"tienda{number % 100}@{str(parent['email']).split('@')[1]}"
    return parent | place | {"person": number, "name": name, "email": email}


def _again(world: people.World, company: dict[str, object]) -> dict[str, object]:
    chance = world.chance
    changed = dict(company)
    if chance.random() < 0.2:
        changed["phone"] = f"9{chance.randrange(10**8):08d}"
    if chance.random() < 0.2:
        changed["email"] = f"contacto{chance.randrange(100)}@{str(company['email']).split('@')[1]}"
    if chance.random() < 0.08:
        changed["street"], changed["postcode"], changed["city"] = world.address()
    return changed


def _record(chance: random.Random, company: dict[str, object], again: bool) -> dict[str, object]:
    name, street = str(company["name"]), str(company["street"])
    if again:
        name = damage.typo(name, chance) if chance.random() < 0.1 else name
        name = name.partition(" ")[2] or name if chance.random() < 0.04 else name
        street = damage.street(street, chance)
    form = f" {company['form']}" if chance.random() < 0.7 else ""
    lacks = {field: chance.random() < share for field, share in (("email", 0.3), ("phone", 0.25), ("tax_id", 0.35))}
    return {
        "person": company["person"],
        "full_name": damage.written(f"{name}", chance) + form,
        **{field: None if missing else company[field] for field, missing in lacks.items()},
        **(
            {"street": None, "postcode": None}
            if chance.random() < 0.2
            else {"street": street, "postcode": company["postcode"]}
        ),
        "city": company["city"],
    }
