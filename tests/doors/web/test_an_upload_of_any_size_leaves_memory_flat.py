"""An upload goes through the site a piece at a time: its memory does not grow with the size of the file."""

import hashlib
import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.make import platform, staff, store

from vinculo.identify.records.models import Import

MEGABYTE = 1 << 20
MOST_GROWTH = 24 * MEGABYTE
"""Peak of the memory of the site above what it held before an upload: some pieces, never the file."""
BOUNDARY = "an-upload-of-any-size"


class Browser:
    """Signs in and uploads; keeps its cookies."""

    def __init__(self, port: int) -> None:
        self.asking = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.asking.request(method, path, body, {**sent, **named})  # type: ignore[arg-type] # an iterable of bytes
        answer = self.asking.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode(errors="replace")

    def sign_in(self, name: str) -> None:
        """Sign in by the form."""
        _, page = self.ask("GET", "/accounts/login/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        form = urlencode({"csrfmiddlewaretoken": found[1], "login": name, "password": staff.PASSWORD})
        status, _ = self.ask("POST", "/accounts/login/", form, Content_Type="application/x-www-form-urlencoded")
        assert status == 302

    def upload(self, size: int) -> str:
        """Upload a file of orders of about a size, made as it goes; return its digest."""
        digest = hashlib.sha256()
        fields = {"csrfmiddlewaretoken": self.cookies["csrftoken"], "kind": "orders", "source": f"Shop {size}"}
        opening = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        opening += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
        ending = f"\r\n--{BOUNDARY}--\r\n"
        piece = "".join(f"{place};7;03/04/2021;A{place % 90};1;4,75\n" for place in range(40_000)).encode()
        header = b"Pedido;Cliente;Fecha;Art;Unidades;Importe\n"
        pieces = size // len(piece)

        def body() -> Iterator[bytes]:
            yield opening.encode()
            for part in (header, *[piece] * pieces):
                digest.update(part)
                yield part
            yield ending.encode()

        length = len(opening) + len(header) + pieces * len(piece) + len(ending)
        status, _ = self.ask(
            "POST",
            "/imports/new/",
            body(),
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
            Content_Length=str(length),
        )
        assert status == 302
        return digest.hexdigest()


def site_processes(up: platform.Up) -> list[int]:
    """Return the processes that serve pages."""
    return [each for each in up.children() if b"\0site\0" in Path(f"/proc/{each}/cmdline").read_bytes()]


def memory(processes: list[int], name: str) -> int:
    """Return the memory of some processes together: VmRSS now, VmHWM at its peak."""
    found = [re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{each}/status").read_text("utf-8")) for each in processes]
    return sum(int(each[1]) * 1024 for each in found if each)


def growth(up: platform.Up, browser: Browser, size: int) -> int:
    """Upload a file; return how far the memory of the site rose above what it was before, at its peak."""
    processes = site_processes(up)
    assert processes
    for each in processes:
        Path(f"/proc/{each}/clear_refs").write_text("5", "utf-8")
    before = memory(processes, "VmRSS")

    digest = browser.upload(size)

    peak = memory(processes, "VmHWM")
    made = Import.objects.get(content_sha256=digest)
    assert (made.kind, made.file_name, made.bytes > size * 0.9) == ("orders", "big.csv", True)
    return peak - before


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param([30, 40], id="forty megabytes", marks=pytest.mark.slow),
        pytest.param([50, 2048], id="two gigabytes", marks=pytest.mark.soak),
    ],
)
def test_the_site_takes_a_file_in_pieces(own_records: store.Database, tmp_path: Path, sizes: list[int]) -> None:
    """The first upload also warms the site up: what it grows by once and for all is no growth of the last."""
    home = tmp_path / "home"
    user = ("user", "ana", "--role", "relationship_manager")
    made = platform.vinculo(*user, home=home, said=f"{staff.PASSWORD}\n", **own_records.environment)
    assert made.returncode == 0, made.stderr

    with platform.Up(home, TMPDIR=str(tmp_path), **own_records.environment) as up:
        up.line()
        browser = Browser(up.port)
        with closing(browser.asking):
            browser.sign_in("ana")
            grown = [growth(up, browser, size * MEGABYTE) for size in sizes]

    assert min(grown[1:]) < MOST_GROWTH, grown
    assert [each.name for each in (home / "imports").iterdir() if each.name.startswith(".")] == []
    assert list(tmp_path.glob("*.upload*")) == []
