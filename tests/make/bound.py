"""A family, a group of companies and prospects, as pages show them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.make import served

from vinculo.identify.records.households import suggestions
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.leads.services import Prospect
from vinculo.identify.records.models import Address, Customer
from vinculo.identify.records.relations import services as relations
from vinculo.identify.records.relations.services import Details

LATER = datetime(2024, 7, 20, 12, 0, tzinfo=UTC)


def bind(kind: str, first: Customer, second: Customer, **said: object) -> None:
    """Bind two customers."""
    details = Details(**said)  # type: ignore[arg-type] # as the test says it
    relations.relation_add(kind=kind, first_id=first.pk, second_id=second.pk, details=details, now=served.NOW)


def person(given: str, family: str, second: str = "", *, home: str = "") -> Customer:
    """Make a person, with an address where one is given."""
    names = {"given_name": given, "family_name": family, "second_family_name": second}
    name = " ".join(filter(None, names.values()))
    made = served.customer(name, number=f"P{Customer.objects.count()}", country="ES", **names)
    if home:
        Address.objects.create(customer=made, lines=home, postcode="36201", city="Vigo", source=served.source())
    return made


def company(name: str, **fields: str) -> Customer:
    """Make an organisation."""
    return served.customer(name, number=f"O{Customer.objects.count()}", kind="organisation", country="ES", **fields)


def company_and_family() -> None:
    """Make a group of four companies, a family of three with a friend, and three leads."""
    group, north, south, shop = (
        company(name) for name in ("Grupo Muebles SA", "Muebles Norte SL", "Muebles Sur SL", "Tienda Vigo")
    )
    bind("legal", north, group, share_percent=Decimal(100), begins_on=date(2010, 1, 1))
    bind("legal", south, group, share_percent=Decimal(60))
    bind("legal", shop, north, share_percent=Decimal(50))
    bind("legal", shop, south, share_percent=Decimal(50))
    bind("post", person("Carmen", "Soto"), south, post="Dirección", decision="decider")
    home = "Rúa do Príncipe 5, 3º B"
    ana, luis, eva = (
        person("Ana", "García", "López", home=home),
        person("Luis", "Pérez", "Ruiz", home=home),
        person("Eva", "Pérez", "García", home=home),
    )
    friend = person("Marta", "Vidal")
    bind("referral", ana, friend, begins_on=date(2023, 5, 1))
    bind("friend", eva, friend)
    for place, (buyer, amount) in enumerate(((group, 1000_00), (shop, 500_00), (north, 100_00), (ana, 80_00))):
        served.order(buyer, f"B{place}", days_ago=20 + place, lines=[{"product": "silla", "net_minor": amount}])
    served.published(
        [
            {"customer_id": each.pk, "total_value_minor": 1_000_00 * (place + 1), "since_last_days": 12}
            for place, each in enumerate((group, north, shop, ana, luis, friend))
        ]
    )
    for name, stage in (("Hotel Mar", ""), ("Clínica Sol", "qualified"), ("Escuela Monte", "quote")):
        prospect = company(name, standing="prospect")
        if stage:
            known = Prospect(source="feria", interest="40 sillas", amount_minor=4_500_00, currency="EUR")
            lead = leads.lead_open(customer_id=prospect.pk, prospect=known, now=served.NOW)
            leads.lead_move(lead_id=lead.pk, to_stage=stage, now=LATER)
    suggestions.households_suggest(now=served.NOW)
