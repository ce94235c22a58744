"""Take the screenshots of the documentation from a demo of their own: `make screenshots`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PORT = os.environ.get("PORT", "8765")
SITE = f"http://127.0.0.1:{PORT}"
SIZE = {"width": 1280, "height": 800}
PAGES = {
    "cockpit": ("relationship_manager", "cockpit/"),
    "value": ("relationship_manager", "value/"),
    "customers": ("relationship_manager", "customers/"),
    "customer": ("relationship_manager", "customers/{best}/"),
    "customer_masked": ("read_only", "customers/{best}/"),
    "matchings": ("relationship_manager", "matchings/"),
    "review": ("relationship_manager", "review/"),
    "imports": ("relationship_manager", "imports/"),
    "runs": ("relationship_manager", "runs/"),
}
"""Each image: who looks, and at what."""


def main(names: list[str]) -> None:
    """Start the demo, take the images, stop it."""
    home = Path(os.environ.get("VINCULO_HOME") or tempfile.mkdtemp(prefix="vinculo-screens-"))
    environment = {**os.environ, "VINCULO_HOME": str(home), "PORT": PORT}
    command = [
        str(Path(sys.executable).with_name("vinculo")),
        "demo",
        "data/online_retail.parquet",
        "--made-up-contacts",
    ]
    demo = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        while "Vinculo runs at" not in (line := demo.stdout.readline()):
            if not line:
                raise SystemExit("The demo did not start.")
        take(names or list(PAGES), json.loads((home / "sign_in.json").read_text("utf-8")))
    finally:
        demo.terminate()
        demo.wait()


def take(names: list[str], passwords: dict[str, str]) -> None:
    """Take the images, each as the person who would look at that page."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shown: dict[str, Page] = {}
        for name in names:
            role, path = PAGES[name]
            if role not in shown:
                shown[role] = signed_in(chromium.new_context(viewport=SIZE).new_page(), role, passwords[role])  # type: ignore[arg-type]
            look(shown[role], path, IMAGES / f"{name}.png")
        chromium.close()


def signed_in(page: Page, name: str, password: str) -> Page:
    """Sign in."""
    page.goto(f"{SITE}/accounts/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    if "/accounts/login/" in page.url:
        raise SystemExit(f"{name} cannot sign in.")
    return page


def look(page: Page, path: str, file: Path) -> None:
    """Take the image of a page; the customer is the first of the list, the one worth most."""
    if "{best}" in path:
        page.goto(f"{SITE}/customers/")
        first = page.locator("th[scope=row] a").first.get_attribute("href") or ""
        path = first.lstrip("/")
    answer = page.goto(f"{SITE}/{path}")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{path} answers {answer and answer.status}.")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)


if __name__ == "__main__":
    main(sys.argv[1:])
