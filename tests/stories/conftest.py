"""What the stories share: a browser, and a shop whose real year has been analysed, served and published."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.make import analysed_shop, live, store

# Stories without a browser import the models.
store.set_up_django()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, which Django takes for a reason not to ask the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--headless"])
        yield started
        started.close()


@pytest.fixture
def address(own_records: store.Database) -> Iterator[str]:
    from tests.make import landed_shop, staff

    folder = analysed_shop.analysed()
    landed_shop.customers(folder)
    landed_shop.serve(folder, publish=True)
    staff.user("relationship_manager")
    with live.site() as found:
        yield found
