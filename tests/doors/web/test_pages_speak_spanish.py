"""A page in Spanish shows no English sentence that a catalogue could say in Spanish, whoever made the run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from tests.make import analysed_shop, landed_shop, staff, store

from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.foundation import language, retelling
from vinculo.warehouse import runs as tables

pytestmark = pytest.mark.slow

BACKEND = "django.contrib.auth.backends.ModelBackend"
SPOKEN = ("title", "aria-label", "placeholder", "data-confirm", "data-confirm-word", "content")
ENOUGH = 6
"""Letters of its own that an English template must have before a text is taken for it."""


class Said(HTMLParser):
    """Collects what a page says: its texts, and the attributes people meet."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("style", "script", "code")
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("style", "script", "code")

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.append(" ".join(data.split()))


def english(page: str) -> set[str]:
    """Return the texts of a page that a catalogue has in English and would say otherwise in Spanish."""
    said = Said()
    said.feed(page)
    spanish = language.catalogue("es") | platform()
    found = set()
    for text in said.found:
        if spanish.get(text, text) != text:
            found.add(text)
            continue
        for sentence in re.split(r"(?<=[.!?]) ", text):
            known = retelling.known("en", sentence, letters=ENOUGH)
            if known and language.translator("es")(known[0]) != known[0]:
                found.add(sentence)
    return found


def platform() -> dict[str, str]:
    """Return the sentences of the pages and their Spanish, plain ones only."""
    from babel.messages.pofile import read_po

    folder = Path(retelling.__file__).parents[1] / "project" / "locale" / "es"
    found = {}
    for file in folder.glob("*.po"):
        with file.open("rb") as stream:
            found |= {str(m.id): str(m.string) for m in read_po(stream, locale="es") if isinstance(m.id, str) and m.id}
    return {said: spanish for said, spanish in found.items() if "%(" not in said and "{" not in said}


@pytest.fixture
def folder() -> Path:
    return analysed_shop.analysed()


@pytest.fixture
def reader(records: store.Database, folder: Path) -> Client:
    landed_shop.customers(folder)
    landed_shop.serve(folder, publish=True)
    client = Client()
    client.force_login(staff.user("administrator", language="es"), backend=BACKEND)
    return client


def best() -> CustomerValue:
    return CustomerValue.objects.order_by("-total_value_minor")[0]


def test_no_page_says_in_english_what_spanish_can_say(reader: Client, folder: Path) -> None:
    run, customer = Run.objects.get(), best()
    assert run.settings.get("language", "en") == "en"
    parts = re.findall(r'href="\?(part=\w+)"', reader.get("/value/").content.decode())
    assert len(parts) > 3
    pages = [
        *("/cockpit/", "/cockpit/definitions/", "/customers/", "/runs/", f"/runs/{run.pk}/", "/imports/"),
        *(f"/customers/{customer.customer_id}/", f"/customers/{customer.customer_id}/change/", "/customers/new/"),
        *(f"/value/?{part}" for part in parts),
        f"/runs/{run.pk}/report/",
    ]

    answers = {address: reader.get(address) for address in pages}

    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    said = {
        address: b"".join(answer).decode() if answer.streaming else answer.content.decode()
        for address, answer in answers.items()
    }
    headers = {str(each["column"]) for each in tables.read(folder).manifest["reading"]["mapping"]}
    # Languages are offered by what they call themselves, tables by the names of their files.
    meant = {*headers, "English", "value"}
    assert {address: found for address, page in said.items() if (found := english(page) - meant)} == {}


def test_the_search_finds_english() -> None:
    page = "<p>Future contributions are discounted at 15% a year.</p><a title='Skip to content'>x</a><p>Ana</p>"

    assert english(page) == {"Future contributions are discounted at 15% a year.", "Skip to content"}


def test_a_reason_is_told_in_the_language_of_the_reader(reader: Client) -> None:
    page = reader.get(f"/customers/{best().customer_id}/").content.decode()

    assert "contribución pasada" in page.lower() or "valor residual de" in page.lower()
    assert "Past contribution" not in page
