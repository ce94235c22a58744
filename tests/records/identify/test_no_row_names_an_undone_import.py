"""Whatever is brought in and taken back in whatever order, no row says that it came with an import that is gone."""

import random
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Model
from tests.make import imports as make

from vinculo.identify.records import services
from vinculo.identify.records.models import (
    Address,
    Customer,
    Identifier,
    Import,
    Order,
    OrderLine,
    Product,
    SourceRecord,
)

CUSTOMERS = "Código;Nombre completo;Correo;Dirección;País\n"
PRODUCTS = "Referencia;Descripción;Familia;PVP\n"
NAMING: tuple[type[Model], ...] = (Address, Customer, Identifier, Order, OrderLine, Product, SourceRecord)

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def random_file(chance: random.Random) -> tuple[str, str]:
    """Return the kind and the text of a small file, so that files speak of the same customers and products."""
    kind = chance.choice(["customers", "products", "orders", "orders"])
    rows = set()
    for _row in range(chance.randint(1, 4)):
        customer, product = chance.choice("789"), chance.choice("AB")
        if kind == "customers":
            mail, street = chance.choice(["a@x-shop.es", "b@x-shop.es", ""]), chance.choice(["Calle 1", ""])
            rows.add(
                f"{customer};{chance.choice(['Ana', 'Eva', ''])};{mail};{street};{chance.choice(['ES', 'PT', ''])}\n"
            )
        elif kind == "products":
            rows.add(
                f"{product};{chance.choice(['Taza', 'Olla'])};{chance.choice(['Menaje', ''])};{chance.choice('45')}\n"
            )
        else:
            place = ";".join(chance.choice(each) for each in (["Menaje", ""], ["Web", ""], ["ES", "PT", "", ""]))
            rows.add(f"{chance.randint(1, 5)};{customer};0{chance.randint(1, 4)}/04/2021;{product};x;{place};1;5\n")
    return kind, {"customers": CUSTOMERS, "products": PRODUCTS, "orders": make.HEADER}[kind] + "".join(sorted(rows))


def astray() -> list[tuple[str, object]]:
    """Return the rows that name an import which is not in the store, or none at all."""
    found: list[tuple[str, object]] = []
    for model in NAMING:
        rows = model._default_manager.exclude(imported__state="done")
        found += [(model.__name__, row) for row in rows.values_list("pk", "imported_id")]
    return found


@pytest.mark.parametrize("seed", make.seeds(20))
def test_after_any_undo(seed: int) -> None:
    chance = random.Random(seed)
    made = []
    for place in range(6):
        kind, text = random_file(chance)
        made.append(make.bring(text + "\n" * place, name=f"file {place}", kind=kind))
    chance.shuffle(made)

    for imported in made:
        make.take_back(imported)
        assert astray() == [], (imported.file_name, imported.kind)

    assert not any(make.described().values())


def test_a_customer_kept_for_what_somebody_wrote_by_hand_belongs_to_nobody() -> None:
    orders = make.bring(make.HEADER + "1;7;03/04/2021;A;Taza;;;ES;1;5\n", name="orders")
    seven = Customer.objects.get()
    services.customer_change(customer_id=seven.pk, change=services.Change({"language": "ca"}), now=make.NOW)

    counts = make.take_back(orders)

    seven.refresh_from_db()
    assert counts["kept"] == 1
    assert (seven.language, seven.imported_id) == ("ca", None)
    assert list(Identifier.objects.values_list("value", "imported_id")) == [("7", None)]


def test_a_product_kept_for_what_its_file_says_belongs_to_that_file() -> None:
    orders = make.bring(make.HEADER + "1;7;03/04/2021;A;Taza;;;ES;1;5\n", name="orders")
    goods = make.bring(PRODUCTS + "A;Taza grande;Menaje;5\n", name="goods", kind="products")

    make.take_back(orders)

    assert Product.objects.values_list("name", "imported").get() == ("Taza grande", goods.pk)
    assert Import.objects.filter(state="undone").count() == 1
