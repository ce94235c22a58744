"""The columns of a file are recognised by name, then by value, and can always be named."""

import pytest

from vinculo.foundation.errors import InputError
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.columns import evidence, mapping


def guessed(headers: list[str], rows: list[list[str]], **given: str) -> dict[str, str]:
    weighed = [evidence.of([row[place] for row in rows], "VARCHAR") for place in range(len(headers))]
    found = mapping.guess(headers, weighed, given, lambda sentence: sentence)
    return {item.target: item.column for item in found}


def test_online_retail_is_recognised() -> None:
    headers = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    row = ["536365", "85123A", "HOLDER", "6", "01/12/2010 8:26", "2.55", "17850", "United Kingdom"]

    assert guessed(headers, [row]) == {
        "order_id": "InvoiceNo",
        "product_id": "StockCode",
        "product_name": "Description",
        "quantity": "Quantity",
        "happened_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "customer_id": "CustomerID",
        "country": "Country",
    }


def test_spanish_headers_are_recognised() -> None:
    headers = [
        "Nº Pedido",
        "CÓD. CLIENTE",
        "Fecha de compra",
        "Artículo",
        "Uds.",
        "Precio (€)",
        "Importe total",
        "Tienda",
    ]
    row = ["9", "0007", "31/01/2021", "Camión", "2", "3,50", "7,00", "Centro"]

    found = guessed(headers, [row])

    assert found["order_id"] == "Nº Pedido"
    assert found["customer_id"] == "CÓD. CLIENTE"
    assert found["happened_at"] == "Fecha de compra"
    assert found["quantity"] == "Uds."
    assert found["unit_price"] == "Precio (€)"
    assert found["amount"] == "Importe total"
    assert found["channel"] == "Tienda"


def test_household_panels_are_recognised() -> None:
    headers = ["household_id", "basket_id", "sales_value", "retail_disc", "transaction_timestamp"]
    row = ["2261", "31625220889", "3.86", "0.43", "2017-01-28 19:06:53"]

    assert guessed(headers, [row]) == {
        "customer_id": "household_id",
        "order_id": "basket_id",
        "amount": "sales_value",
        "discount": "retail_disc",
        "happened_at": "transaction_timestamp",
    }


def test_values_speak_where_headers_do_not() -> None:
    rows = [[f"K{number % 3}", f"{number + 1:02}/02/2021", f"{number},50"] for number in range(9)]

    assert guessed(["a", "b", "c"], rows) == {"customer_id": "a", "happened_at": "b", "amount": "c"}


def test_a_name_that_its_values_contradict_counts_for_less() -> None:
    rows = [["hello", "2021-03-04"]]

    assert guessed(["date", "fecha"], rows)["happened_at"] == "fecha"


def test_the_name_of_a_customer_is_not_his_id() -> None:
    assert "customer_id" not in guessed(["Nombre del cliente"], [["José Luis García"]])


def test_what_is_asked_for_wins(read_text) -> None:
    text = "customer_id,buyer,date,amount\n1,9,2021-03-04,5.00\n"

    reading = read_text(text, mapping={"customer_id": "buyer"})

    assert reading.column("customer_id") == ["9"]
    assert reading.report.column("customer_id") == "buyer"


def test_a_target_can_be_left_out(read_text) -> None:
    reading = read_text("customer_id,date,amount,cost\n1,2021-03-04,5.00,2\n", mapping={"cost": ""})

    assert reading.column("cost_minor") == [None]
    assert not reading.report.cost_known


def test_an_unknown_column_is_answered_with_the_headers(read_text) -> None:
    with pytest.raises(InputError, match=r"no column 'Cliente' for customer_id.*'id', 'date', 'amount'"):
        read_text("id,date,amount\n1,2021-03-04,5.00\n", mapping={"customer_id": "Cliente"})


def test_an_unknown_target_is_answered_with_the_targets(read_text) -> None:
    with pytest.raises(InputError, match=r"no column 'klant' to map to: choose among customer_id"):
        read_text("id,date,amount\n1,2021-03-04,5.00\n", mapping={"klant": "id"})


def test_what_is_missing_is_named_with_the_headers_found(read_text) -> None:
    with pytest.raises(
        InputError, match=r"No column was found for customer_id, amount .*'foo', 'date'.*--map customer_id"
    ):
        read_text("foo,date\nx y,2021-03-04\n")


def test_a_file_without_a_header_is_told_so(read_text) -> None:
    with pytest.raises(InputError, match="looks like a line, not a header"):
        read_text("1,2021-03-04,5\n2,2021-03-04,5\n")


def test_an_unsure_guess_is_pointed_out(read_text) -> None:
    rows = "".join(f"K{number % 3},2021-02-0{number + 1},{number}.50\n" for number in range(9))

    reading = read_text("a,b,c\n" + rows)

    assert len([warning for warning in reading.report.warnings if "check it" in warning]) == 3


def test_a_preview_converts_nothing(engine, tmp_path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Cliente;Fecha;Importe\n1;31/01/2021;5,00\n", encoding="utf-8")

    report = orders.preview(path, engine=engine)

    assert [(item.target, item.column) for item in report.mapping] == [
        ("customer_id", "Cliente"),
        ("happened_at", "Fecha"),
        ("amount", "Importe"),
    ]
    assert engine.rows("SELECT count(*) FROM duckdb_views() WHERE view_name = 'order_lines'").column(0)[0].as_py() == 0
