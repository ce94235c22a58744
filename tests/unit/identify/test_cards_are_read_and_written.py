"""Cards of other programs are read as customers, and a card written here is read as the same customer again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.foundation.errors import InputError
from vinculo.identify.cards import reading, writing
from vinculo.identify.cards.writing import Card
from vinculo.identify.parties import reading as parties
from vinculo.warehouse.duck import DuckEngine

# The first author's card of RFC 6350, section 8.
RFC = """BEGIN:VCARD
VERSION:4.0
FN:Simon Perreault
N:Perreault;Simon;;;ing. jr,M.Sc.
BDAY:--0203
ANNIVERSARY:20090808T1430-0500
GENDER:M
LANG;PREF=1:fr
LANG;PREF=2:en
ORG;TYPE=work:Viagenie
ADR;TYPE=work:;Suite D2-630;2875 Laurier;
 Quebec;QC;G1V 2M2;Canada
TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254;ext=102
TEL;VALUE=uri;TYPE="work,cell,voice,video,text":tel:+1-418-262-6501
EMAIL;TYPE=work:simon.perreault@viagenie.ca
GEO;TYPE=work:geo:46.772673,-71.282945
END:VCARD
"""
# As address books of telephones, of Apple and of old Outlook write them.
ODD = """\ufeffBEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=75=C3=B1=6F=7A=20=50=C3=A9=72=65=7A;=41=
=6E=61;;;
TEL;CELL;PREF:600123456
TEL;FAX:911111111
EMAIL;INTERNET:ana@munoz-perez.es
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 2wBDAAEBAQEBAQEBAQEBAQEBAQEB

END:VCARD
begin:vcard
version:3.0
n:;;;;
fn:Muebles López\\, S.L.
org:Muebles López\\, S.L.;Ventas
item1.TEL;type=pref:+34 932 123 456
item1.X-ABLabel:_$!<Work>!$_
X-ABShowAs:COMPANY
this line is none
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Luis "Lucho" Gil
BEGIN:VCARD
VERSION:3.0
FN:=HYPERLINK("x")
UID:urn:uuid:f81d4fae
"""


def rows(folder: Path, text: str, *, encoding: str = "utf-8") -> list[dict[str, Any]]:
    file = folder / "cards.vcf"
    file.write_bytes(text.encode(encoding))
    return [{k: v for k, v in row.items() if v} for row in reading.read(file)[0].to_pylist()]


def test_the_card_of_the_standard_is_read(tmp_path: Path) -> None:
    assert rows(tmp_path, RFC.replace("\n", "\r\n")) == [
        {
            "customer id": "simon.perreault@viagenie.ca",
            "given name": "Simon",
            "family names": "Perreault",
            "address": "2875 Laurier",
            "address line 2": "Suite D2-630",
            "postcode": "G1V 2M2",
            "city": "Quebec",
            "region": "QC",
            "country": "Canada",
            "language": "fr",
            "email": "simon.perreault@viagenie.ca",
            "phone": "+1-418-656-9254;ext=102",
            "phone 2": "+1-418-262-6501",
        }
    ]


def test_cards_that_keep_to_no_standard_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    ana, company, luis, last = rows(tmp_path, ODD)

    assert (ana["given name"], ana["family names"], ana["phone"]) == ("Ana", "Muñoz Pérez", "600123456")
    assert "phone 2" not in ana
    assert (company["kind"], company["organisation"]) == ("organisation", "Muebles López, S.L.")
    assert (luis["full name"], last["customer id"]) == ('Luis "Lucho" Gil', "urn:uuid:f81d4fae")
    assert [str(said) for said in reading.read(tmp_path / "cards.vcf")[2]] == [
        "1 lines of the cards could not be read and were passed over."
    ]
    assert rows(tmp_path, ODD.lstrip("\ufeff"), encoding="utf-16")[1] == company
    with pytest.raises(InputError, match="no rows"):
        rows(tmp_path, "END:VCARD\n")


def test_each_card_is_a_row_with_its_number_and_columns_that_need_no_guess(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(ODD + "BEGIN:VCARD\nADR:;;Calle 5;Lugo;;;\nEND:VCARD\n", encoding="utf-8")

    with DuckEngine(tmp_path / "spill") as engine:
        report = parties.read(tmp_path / "a.vcf", engine=engine, kind="customers")
        listed = engine.rows("SELECT row_number, column_name FROM party_issues WHERE whole_row").to_pylist()

    assert parties.likeliest_kind(tmp_path / "a.vcf", tmp_path) == "customers"
    assert (report.format, report.rows, report.rejected) == ("vCard", 5, 1)
    assert {item.confidence for item in report.mapping} == {1.0}
    assert listed == [{"row_number": 5, "column_name": "customer id"}]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)
NAME = TEXT.filter(lambda text: "," not in text)


@settings(max_examples=60, deadline=None)
@given(key=TEXT, names=st.tuples(NAME, NAME, NAME), street=TEXT, version=st.sampled_from(writing.VERSIONS))
def test_a_card_that_was_written_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, key: str, names: tuple[str, str, str], street: str, version: str
) -> None:
    card = Card(
        key, "person", " ".join(names), *names, ("a@x-shop.es", "b@x-shop.es"), ("+34600123456",), "12345678Z",
        f"{street}\n5; 2, izda \\ b", "08001", "Barcelona", "Barcelona", "ES", "es", date(1975, 4, 3),
    )  # fmt: skip

    text = writing.written(card, version=version)
    (row,) = rows(tmp_path_factory.mktemp("card"), text)

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert row == {
        "customer id": key,
        "given name": names[0],
        "family name": names[1],
        "second family name": names[2],
        "email": "a@x-shop.es",
        "email 2": "b@x-shop.es",
        "phone": "+34600123456",
        "tax id": "12345678Z",
        "address": f"{street} 5; 2, izda \\ b",
        "postcode": "08001",
        "city": "Barcelona",
        "region": "Barcelona",
        "country": "ES",
        "language": "es",
        "birth date": "1975-04-03",
        **({"kind": "person"} if version == "4.0" else {}),
    }
