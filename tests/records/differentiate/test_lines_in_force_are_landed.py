"""Landing: what lies in Parquet is what is in force in the store, read once and only what changed."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.make import store, stored_orders

from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import Customer, Import, Order, OrderLine, Product
from vinculo.identify.records.store import store_address
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.landing import landing
from vinculo.warehouse.landing import store as stores
from vinculo.warehouse.landing.landing import Landed
from vinculo.warehouse.reading import canonical, orders
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.sources import opening

Land = Callable[..., Landed]


@pytest.fixture
def land(own_records: store.Database, tmp_path: Path) -> Land:
    return lambda **more: landing.land(store_address(), folder=tmp_path / "landed", **more)


def rows(found: Landed, columns: str = "order_id, net_minor") -> list[tuple[object, ...]]:
    with landing.snapshot(found.folder, found.folder.with_name("read")) as folder, DuckEngine(folder) as engine:
        table = engine.rows(f"SELECT {columns} FROM read_parquet('{folder}/*.parquet') ORDER BY ALL").to_pylist()
    return [tuple(row.values()) for row in table]


def test_lines_land_as_the_contract_wants_them(land: Land) -> None:
    customer = stored_orders.a_customer(country="España")
    came = stored_orders.an_import()
    stored_orders.lines(came, customer, [("A1", 3, 1999)], quantity="2.5")
    stored_orders.lines(came, None, [("A2", 4, 500)])

    found = land()

    wanted = "order_id, customer_id, happened_at::text, product_id, product_name, category, channel, country, quantity"
    first, guest = rows(found, f"{wanted}, gross_minor, discount_minor, net_minor, cost_minor")
    moment = "2022-01-06 10:00:00"
    names = ("P1", "Cup", "House", "Web")
    assert first == ("A1", str(customer.pk), moment, *names, "España", 2.5, 1999, 0, 1999, None)
    assert guest[1] is None


def test_landed_lines_are_read_without_conversion(land: Land, tmp_path: Path) -> None:
    stored_orders.lines(stored_orders.an_import(), stored_orders.a_customer(), [("A1", 3, 1999)])
    stored_orders.lines(stored_orders.an_import(), stored_orders.a_customer(), [("A2", 5, 1)])
    found = land()

    options = ReadingOptions(currency="EUR", description="Orders")
    with landing.snapshot(found.folder, tmp_path / "read") as folder, DuckEngine(tmp_path / "spill") as engine:
        opened = opening.open_source(folder, engine, options, tmp_path)
        report = orders.read(folder, engine=engine, options=options)

    assert canonical.fits(opened, options)
    assert (report.source, report.rows, report.rejected) == ("Orders", 2, 0)


def test_moments_are_those_of_the_clock_in_the_zone_of_the_company(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 200, 1)])

    assert rows(land(), "happened_at::text") == [("2022-07-22 10:00:00",)]
    assert rows(land(zone="Europe/Madrid"), "happened_at::text") == [("2022-07-22 12:00:00",)]


def test_an_import_that_is_landed_is_not_read_again(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10), ("A2", 2, 20)])
    first = land()
    again = land()
    stored_orders.lines(stored_orders.an_import(), None, [("B1", 3, 30)])
    then = land()

    assert [found.lines_read for found in (first, again, then)] == [2, 0, 1]
    assert again.manifest == first.manifest
    assert rows(then) == [("A1", 10), ("A2", 20), ("B1", 30)]


def test_an_import_that_is_undone_is_gone_from_the_next_landing(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    undone = stored_orders.an_import()
    stored_orders.lines(undone, None, [("B1", 2, 20)])
    before = rows(land())
    OrderLine.objects.filter(imported=undone).delete()
    Import.objects.filter(pk=undone.pk).update(state="undone")

    after = land()

    assert before == [("A1", 10), ("B1", 20)]
    assert rows(after) == [("A1", 10)]
    assert after.parts_dropped == 1


def test_superseded_lines_go_and_come_back_when_what_superseded_them_is_undone(land: Land) -> None:
    came = stored_orders.an_import()
    old, _other = stored_orders.lines(came, None, [("A1", 1, 10), ("A2", 1, 20)])
    land()
    later = stored_orders.an_import()
    OrderLine.objects.filter(pk=old.pk).update(superseded_by=later)
    new = OrderLine.objects.create(
        **{
            **{field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields},
            "id": None,
            "net_minor": 11,
            "imported_id": later.pk,
        }
    )
    replaced = rows(land())
    new.delete()
    OrderLine.objects.filter(pk=old.pk).update(superseded_by=None)
    Import.objects.filter(pk=later.pk).update(state="undone")

    assert replaced == [("A1", 11), ("A2", 20)]
    assert rows(land()) == [("A1", 10), ("A2", 20)]


def test_an_undo_that_gives_lines_to_another_import_is_noticed(land: Land) -> None:
    one, two = stored_orders.an_import(), stored_orders.an_import()
    stored_orders.lines(one, None, [("A1", 1, 10)])
    stored_orders.lines(two, None, [("B1", 2, 20)])
    land()
    OrderLine.objects.filter(imported=one).update(imported=two)
    Import.objects.filter(pk=one.pk).update(state="undone")

    assert rows(land()) == [("A1", 10), ("B1", 20)]


def test_an_import_that_is_not_done_is_not_landed(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    stored_orders.lines(stored_orders.an_import(state="running"), None, [("B1", 1, 10)])

    assert rows(land()) == [("A1", 10)]


def test_lines_of_no_import_are_landed_from_the_last_known_one_on(land: Land) -> None:
    (first,) = stored_orders.lines(None, None, [("A1", 1, 10)])
    land()
    stored_orders.lines(None, None, [("A2", 1, 20)])
    second = land()
    first.delete()
    third = land()

    assert (second.lines_read, len(second.manifest.parts)) == (1, 2)
    assert rows(third) == [("A2", 20)]
    assert third.lines_read == 1


def test_a_customer_or_a_product_that_changed_is_landed_without_reading_lines_again(land: Land) -> None:
    ana, eva = stored_orders.a_customer("Ana"), stored_orders.a_customer("Eva")
    stored_orders.lines(stored_orders.an_import(), ana, [("A1", 1, 10)])
    stored_orders.lines(stored_orders.an_import(), eva, [("B1", 1, 10)])
    land()
    Customer.objects.filter(pk=eva.pk).update(country="France")
    moved = land()
    Product.objects.update(name="Big cup")
    named = land()
    Order.objects.filter(number="B1").update(customer=ana)
    joined = land()

    assert [(found.lines_read, found.parts_renewed) for found in (moved, named, joined)] == [(0, 1), (0, 2), (0, 1)]
    assert rows(joined, "customer_id, country, product_name") == [(str(ana.pk), "Spain", "Big cup")] * 2


def test_a_description_of_its_own_is_the_name_of_the_line(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    OrderLine.objects.update(description="Cup, chipped", quantity=Decimal("0.0001"))
    land()
    Product.objects.update(name="Big cup")

    assert rows(land(), "product_name, quantity") == [("Cup, chipped", 0.0001)]


def test_nothing_landed_is_refused_in_a_sentence(land: Land, tmp_path: Path) -> None:
    found = land()

    with pytest.raises(InputError, match="import orders first"), landing.snapshot(found.folder, tmp_path / "read"):
        pass


def test_a_snapshot_outlives_later_landings(land: Land, tmp_path: Path) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    found = land()

    with landing.snapshot(found.folder, tmp_path / "kept") as folder, DuckEngine(tmp_path / "spill") as engine:
        OrderLine.objects.all().delete()
        Import.objects.update(state="undone")
        after = land()
        kept = engine.rows(f"SELECT net_minor FROM read_parquet('{folder}/*.parquet')").to_pylist()

    assert after.lines == 0
    assert kept == [{"net_minor": 10}]
    assert not (tmp_path / "kept").exists()


def test_files_that_somebody_took_away_are_landed_again(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    first = land()
    (first.folder / first.manifest.parts[0].files[0]).unlink()

    assert rows(land()) == [("A1", 10)]


def test_a_landing_that_is_stopped_leaves_what_was_in_force(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    before = land()
    stored_orders.lines(stored_orders.an_import(), None, [("B1", 1, 10)])

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        land(progress=stop)

    assert rows(before) == [("A1", 10)]
    assert rows(land()) == [("A1", 10), ("B1", 10)]
    names = {item.name for item in before.folder.iterdir()}
    assert names == land().manifest.files | {"manifest.json", "landing.lock"}


def test_lines_of_many_batches_land_as_those_of_one(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_orders.a_shop(60)
    every = "COLUMNS(*)"
    whole = rows(land(), every)

    monkeypatch.setattr(stores, "BATCH_BYTES", 2_000)
    shares: list[float] = []
    manifest = land().folder / "manifest.json"
    manifest.unlink()
    streamed = land(progress=shares.append)

    assert rows(streamed, every) == whole
    assert streamed.lines == streamed.lines_read == len(whole) == OrderLine.objects.count()
    assert len(shares) > 5


def test_a_landing_that_is_stopped_in_the_middle_of_an_import_leaves_what_was_in_force(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    before = land()
    stored_orders.a_shop(60)
    monkeypatch.setattr(stores, "BATCH_BYTES", 2_000)
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        if len(told) == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        land(progress=stop)

    assert rows(before) == [("A1", 10)]
    assert land().lines == OrderLine.objects.count()


def test_all_is_of_one_moment(land: Land) -> None:
    stored_orders.a_shop(20)
    came = stored_orders.an_import()
    stored_orders.lines(came, stored_orders.a_customer(), [("Z1", 1, 10)])
    lines = OrderLine.objects.count()

    def change(share: float) -> None:
        Customer.objects.update(country="France")
        OrderLine.objects.filter(imported=came).delete()

    found = land(progress=change)

    assert found.lines == lines
    assert rows(found, "DISTINCT country") == [("Spain",)]
    assert rows(land(), "DISTINCT country") == [("France",)]


def test_a_connection_beside_sees_the_moment_of_the_first(own_records: store.Database) -> None:
    stored_orders.a_customer(country="Spain")

    with stores.opened(store_address()) as first:
        first.table("SELECT 1")
        Customer.objects.update(country="France")
        with first.beside() as other:
            seen = other.table("SELECT country FROM identify_customer").to_pylist()

    assert seen == [{"country": "Spain"}]


def test_words_that_are_many_land_too(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_orders.lines(stored_orders.an_import(), stored_orders.a_customer(country="España"), [("A1", 1, 10)])
    words = "channel, country, category"
    few = rows(land(), words)
    monkeypatch.setattr(landing, "FEW", 0)
    stored_orders.lines(stored_orders.an_import(), stored_orders.a_customer(country="España"), [("A2", 1, 10)])

    assert rows(land(), words) == few * 2


def test_currencies_are_those_of_the_orders_of_finished_imports(land: Land) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    stored_orders.lines(stored_orders.an_import(state="running"), None, [("B1", 1, 10)])
    stored_orders.lines(None, None, [("C1", 1, 10)])
    Order.objects.filter(number="B1").update(currency="USD")
    Order.objects.filter(number="C1").update(currency="GBP")

    assert land().currencies == ("EUR", "GBP")
