"""Webhooks go to the open network and nowhere else, whatever an address or a name says."""

import socket
import threading
from contextlib import suppress
from typing import Any

import pytest

from vinculo.exchange import calls, destinations
from vinculo.exchange.destinations import DestinationError

INSIDE = (
    *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::1]"),
    *("localhost", "printer.local", "db.internal", "localhost."),
)


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_of_this_network_is_refused(host: str) -> None:
    with pytest.raises(DestinationError):
        destinations.read(f"https://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        *("http://shop.example/", "ftp://shop.example/", "https://", "shop.example", "https://u:p@shop.example/"),
        *(
            "https://shop.example/#a",
            "https://shop.example/a b",
            "https://shop.example:99999/",
            "https://[::1",
            "x" * 3000,
        ),
        *("https://shop.example/\r\nHost: x", "https://shop.example/ñ"),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(DestinationError):
        destinations.read(url)


def test_what_is_allowed_is_read() -> None:
    assert destinations.read("https://ñandú.example/a?b=1").host == "xn--and-6ma2c.example"
    assert destinations.read("http://127.0.0.1:8000/a", local=True).port == 8000


@pytest.mark.parametrize("answers", [["10.0.0.5"], ["93.184.216.34", "127.0.0.1"], ["::1"]])
def test_a_name_that_leads_into_this_network_is_not_called(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
    connected = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (each, 443)) for each in answers])
    monkeypatch.setattr(socket, "create_connection", lambda *given, **_k: connected.append(given))

    answer = calls.post("https://shop.example/hook", body=b"{}", headers={})

    assert "on this machine or its own network" in answer.problem
    assert connected == []


def test_the_call_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, connected = [], []

    def looked_up(*given: Any, **_more: Any) -> list[Any]:
        asked.append(given)
        return [(0, 0, 0, "", ("93.184.216.34", 443))]

    def connect(address: Any, _timeout: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connect)

    answer = calls.post("https://shop.example/hook", body=b"{}", headers={})

    assert (len(asked), connected) == (1, [("93.184.216.34", 443)])
    assert answer.problem == "ConnectionRefusedError"


def test_an_endpoint_that_drips_is_cut_off() -> None:
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        with server.accept()[0] as connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not over.wait(0.02):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        place = f"http://127.0.0.1:{server.getsockname()[1]}/"
        answer = calls.post(place, body=b"{}", headers={}, local=True, seconds=0.3)
        over.set()
        thread.join()

    assert (answer.status, answer.problem) == (0, "no answer in time")
