"""Segment's browser client, unmodified, in a page of a shop: a visitor becomes a customer while somebody watches."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.make import clients, live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIBRARY = clients.PLACE / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd" / "index.js"
SHOP = """
async ([address, key]) => {
  const shop = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: address });
  await shop.page("Home");
  await shop.track("Product Viewed", { product_id: "P1", name: "Cup" });
  await shop.identify("u1", { firstName: "Ana", lastName: "Ruiz", email: "ana@ruiz.es" });
  const products = [{ product_id: "P1", price: 9.95 }];
  await shop.track("Order Completed", { order_id: "A-1", currency: "EUR", products });
  await shop.ready();
}
"""


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no npm on this machine: the browser client is left out")
    clients.ready()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """Serve a page of a shop from another address than ours."""
    import http.server
    import threading
    from functools import partial

    (tmp_path / "index.html").write_text("<!doctype html><title>Shop</title><script src=client.js></script>", "utf-8")
    shutil.copytree(LIBRARY.parent, tmp_path, dirs_exist_ok=True)
    shutil.copy(LIBRARY, tmp_path / "client.js")
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_said: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def signed_in(browser: Browser, address: str) -> Page:
    from tests.make import staff

    staff.user("administrator")
    page = browser.new_page()
    page.goto(f"{address}/accounts/login/")
    page.locator("[name=login]").fill("administrator")
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page


def test_a_visitor_becomes_a_customer_while_one_watches(
    own_records: store.Database, browser: Browser, shop: str
) -> None:
    from tests.make import events

    source, key = events.source("web-shop")
    with live.site() as address:
        watching = signed_in(browser, address)
        watching.goto(f"{address}/sources/{source}/")
        assert "Nothing has come in yet" in watching.content()

        buying = browser.new_page()
        buying.goto(shop)
        buying.evaluate(SHOP, [address, key])

        watching.get_by_text("Order placed").wait_for()
        assert "analytics.js" in watching.content()
        events.understand()
        watching.goto(f"{address}/customers/{events.customer(source, 'u1').pk}/")

        said = watching.locator("section", has=watching.get_by_role("heading", name="What happened")).inner_text()
        assert watching.get_by_role("heading", name="Ana Ruiz").is_visible()
        assert [word for word in ("1 page", "order placed", "bought") if word in said] == [
            "1 page",
            "order placed",
            "bought",
        ]
        assert "9.95" in watching.content()
        watching.close()
        buying.close()
