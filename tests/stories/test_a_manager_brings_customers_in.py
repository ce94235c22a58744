"""A relationship manager uploads a file of customers, corrects its mapping, brings it in, and takes it back."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.make import store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = (390, 844), (1400, 900)
FILE = """Código;Nombre completo;Correo;Teléfono;Otro;Ciudad
1;Ana Muñoz Gil;ana@munozgil.es;600123456;feria;A Coruña
2;Eva Peña;mal;6,00123E+08;web;Lugo
;Sin Número;n@pena.es;;web;Vigo
"""


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, *_: object) -> None:
        """Keep still."""


class Server(ThreadingMixIn, WSGIServer):
    """Answers several requests at once."""

    daemon_threads = True


@pytest.fixture
def address(browser: Browser, own_records: store.Database) -> Iterator[str]:
    store.set_up_django()
    from django.core.wsgi import get_wsgi_application
    from django.db import connections
    from tests.make import staff

    staff.user("relationship_manager")
    staff.user("administrator", language="es")

    class Closing(Quiet):
        def handle(self) -> None:
            super().handle()
            connections.close_all()

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Closing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Its driver keeps a loop in this thread, which does not touch the store by itself; Django cannot know that.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield from started_browser()


def started_browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--headless"])
        yield started
        started.close()


def signed_in(browser: Browser, address: str, *, role: str, size: tuple[int, int], dark: bool = False) -> Page:
    from tests.make import staff

    page = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", locale="en-GB"
    ).new_page()
    page.goto(f"{address}/imports/")
    page.fill("[name=login]", role)
    page.fill("[name=password]", staff.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/imports/")
    return page


def work() -> None:
    """Do what the worker of `vinculo up` does: the jobs that wait."""
    from django.db import connections

    from vinculo.identify.records import tasks
    from vinculo.identify.records.models import Import

    def job() -> None:
        waiting = Import.objects.filter(job_id__isnull=False).values_list("pk", flat=True)
        for number in list(waiting):
            tasks.import_run(import_id=number, by="relationship_manager")
        connections.close_all()

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_file_is_corrected_brought_in_and_taken_back(
    browser: Browser, address: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    file = tmp_path / "clientes.csv"
    file.write_text(FILE, encoding="utf-8")
    page = signed_in(browser, address, role="relationship_manager", size=size, dark=size == PHONE)

    page.set_input_files("[name=file]", file)
    page.click("text=Look at it first")
    expect(page.locator("#state")).to_have_text("previewed")
    expect(page.locator("mark").first).to_have_text("ñ")
    expect(page.get_by_text("6,00123E+08").last).to_be_visible()
    assert no_wider_than_the_screen(page)

    page.select_option("[name=column_4]", "acquisition_channel")
    page.click("text=Look again")
    assert page.input_value("[name=column_4]") == "acquisition_channel"
    page.click("text=Bring it in")
    expect(page.locator(".progress")).to_be_visible()
    work()
    expect(page.locator("#state")).to_have_text("done")
    assert no_wider_than_the_screen(page)

    with page.expect_download() as download:
        page.click("text=Download what could not be read")
    rejected = Path(download.value.path()).read_text("utf-8-sig")
    assert "Sin Número" in rejected
    assert "Eva Peña" in rejected
    assert "Ana Muñoz" not in rejected

    page.click("text=Undo this import")
    expect(page.locator("#confirm-question")).to_contain_text("2 new entries are removed")
    page.click("#confirm [value=yes]")
    expect(page.locator("#state")).to_have_text("undone")
    expect(page.locator(".messages")).to_contain_text("2 removed")


def test_the_keyboard_alone_is_enough_and_spanish_is_spoken(browser: Browser, address: str, tmp_path: Path) -> None:
    file = tmp_path / "clientes.csv"
    file.write_text(FILE, encoding="cp1252")
    page = signed_in(browser, address, role="administrator", size=DESK)

    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Verlo antes").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("visto antes")
    page.get_by_role("button", name="Importarlo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".progress")).to_be_visible()
    work()
    expect(page.locator("#state")).to_have_text("hecho")
    page.get_by_role("button", name="Deshacer esta importación").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#state")).to_have_text("deshecho")
