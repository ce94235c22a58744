"""A manager goes from the worst figure to the customer behind it, puts it right, and sets what files must hold."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
HEAD = "Número;Nombre completo;Correo;Teléfono;NIF;CP;Población\n"
PEOPLE = HEAD + "".join(
    f"C-{n};Persona García Número{n};{f'p{n}@{domain}'};60012345{n};1234567{n}Z;2800{n};Madrid\n"
    for n, domain in enumerate(("gmial.com", "mora.es", "gmail.com", "hotmial.com", "x-y.es"))
)


@pytest.fixture(scope="module")
def address(
    browser: Browser, worker_database: store.Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    store.set_up_django()
    from django.utils import timezone
    from tests.make import proposals, staff

    from vinculo.identify.records import services
    from vinculo.identify.records.models import Customer, Import, Matching, Measurement
    from vinculo.identify.records.quality import measuring
    from vinculo.identify.records.services import imports

    with store.database("a_manager_puts_right"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINCULO_HOME", str(tmp_path_factory.mktemp("home")))
        staff.user("relationship_manager")
        now = timezone.now()
        shop = services.source_ensure(code="shop", name="Shop")
        file = io.BytesIO(PEOPLE.encode())
        made = imports.import_open(
            file=file, name="a.csv", kind="customers", source=shop, by="ana", now=now, options={"country": "ES"}
        )
        imports.import_run(import_id=made.pk, now=now)
        one, two, *_others = Customer.objects.order_by("id")
        matching = proposals.made(edges=[proposals.edge(one, two)])
        Matching.objects.filter(pk=matching.pk).update(asked_at=timezone.now())
        for days in (12, 8, 3):
            measuring.measure(now=now - timedelta(days=days))
        for place, each in enumerate(Measurement.objects.filter(field="email").order_by("day")):
            Measurement.objects.filter(pk=each.pk).update(sound=1 + place // 2)
        measuring.measure(now=now)
        assert Import.objects.count() == 1
        with live.site() as found:
            yield found


def signed_in(browser: Browser, address: str, *, size: dict[str, int], language: str, dark: bool = False) -> Page:
    from tests.make import staff

    shape = {"width": size["width"], "height": size["height"]}
    scheme = "dark" if dark else "light"
    page = browser.new_context(viewport=shape, locale=language, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/accounts/login/")
    page.locator("[name=login]").fill("relationship_manager")
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def test_from_the_figure_to_the_customer_and_from_the_file_to_its_reason(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, size=DESK, language="en")
    page.goto(f"{address}/quality/")
    page.get_by_role("row", name="E-mail").get_by_role("link", name="60%").nth(1).click()
    expect(page.locator("h1")).to_have_text("E-mail: not valid")
    expect(page.get_by_role("row", name="C-0")).to_contain_text("Did you mean p0@gmail.com?")
    page.get_by_role("row", name="C-0").get_by_role("link", name="Correct").press("Enter")
    page.get_by_label("remove E-mail: p0@gmial.com").check()
    page.get_by_label("Another e-mail").fill("p0@gmail.com")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".quality-badge summary")).to_have_text("Data in doubt")
    page.locator(".quality-badge summary").press("Enter")
    expect(page.locator(".quality-badge")).not_to_contain_text("misspelt")

    page.goto(f"{address}/quality/0/email/")
    page.get_by_label("Valid, at least %").fill("80")
    page.get_by_label("where less Valid").select_option(label="hold files back")
    page.get_by_role("button", name="Save Valid").press("Enter")
    expect(page.locator(".messages")).to_contain_text("The threshold was saved.")
    page.get_by_label("Days that a value stays fresh").fill("30")
    page.get_by_role("button", name="Save Shelf life").press("Enter")
    expect(page.locator(".messages")).to_contain_text("The shelf life was saved.")
    expect(page.locator("#h-measures + .measure ~ .measure", has_text="Fresh")).to_contain_text("is 30 days")
    page.goto(f"{address}/imports/")
    page.locator("input[type=file]").set_input_files(
        {"name": "b.csv", "mimeType": "text/csv", "buffer": (HEAD + "D-1;Ana;ana@gmial.com;;;;\n").encode()}
    )
    page.get_by_role("button", name="Look at it").click()

    expect(page.locator(".messages").last).to_contain_text("The file would be held back. Among e-mails, 100%")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_shuts_anybody_out(browser: Browser, address: str, size: dict[str, int], dark: bool) -> None:
    page = signed_in(browser, address, size=size, language="es", dark=dark)
    faults = {}

    for place in (
        "/quality/",
        "/quality/?source=all",
        "/quality/0/email/",
        "/quality/0/record/",
        "/quality/0/email/who/typo/",
    ):
        page.goto(address + place)
        found = page.evaluate(AUDIT)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append("runs off the side")
        if found:
            faults[place] = found

    assert faults == {}
