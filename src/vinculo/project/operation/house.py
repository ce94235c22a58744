"""House: everything that runs under `vinculo up`, watched until it is told to stop."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from types import FrameType

from vinculo.foundation.errors import VinculoError
from vinculo.project import home
from vinculo.project.operation import child, queue

READY_SECONDS = 120
ANSWER_SECONDS = 5
PORT_SECONDS = 5
"""Seconds to wait for a port that the processes of a killed platform are just giving back."""

STOP_SECONDS = 30
"""Seconds a job may take to finish when the platform stops; after that it is done again at the next start."""

BACKLOG = 2048
"""Callers who may wait at the door."""

SWEEP_SECONDS = 15
FRESH_SECONDS = 10
SIGN_IN = "/accounts/login/"
TRIES = 3
"""A process that ends within FRESH_SECONDS so many times in a row is not started again."""


class HouseError(VinculoError):
    """The platform cannot be started."""

    code = "platform.start"


@dataclass
class Running:
    """A process and how often it has been started in vain."""

    name: str
    process: "subprocess.Popen[bytes]"
    started: float
    tries: int = 1


class House:
    """The site and the worker over one home. The embedded database is held by all of them: the last lets it go."""

    def __init__(self, *, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.stopping = threading.Event()
        self._children: dict[str, Running] = {}
        self._door: socket.socket | None = None

    @property
    def near(self) -> str:
        """Return the name under which this machine reaches the site."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def address(self) -> str:
        """Return the address a browser on this machine opens."""
        return f"http://{f'[{self.near}]' if ':' in self.near else self.near}:{self.port}/"

    def run(self, ready: Callable[[str], None], *, once: bool = False) -> None:
        """Start all, say when the site answers, and stay until told to stop; `once`: stop when it has answered."""
        # They may be those of another version.
        shutil.rmtree(home.drawings_folder(), ignore_errors=True)
        try:
            self._door = opened(self.host, self.port)
            for name in child.KINDS:
                self._children[name] = self._start(name)
            self._wait_for_site()
            if not self.stopping.is_set():
                ready(self.address)
            if not once:
                self._watch()
        finally:
            self._stop()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Tell the platform to stop; told twice, it does not wait for jobs."""
        if self.stopping.is_set():
            self._signal(signal.SIGKILL)
        self.stopping.set()

    def _start(self, name: str, tries: int = 1) -> Running:
        assert self._door is not None
        door = self._door.fileno()
        doors = [door] if name == child.site.__name__ else []
        words = [sys.executable, "-m", child.__name__, name, str(os.getpid()), f"fd://{door}"]
        # A session of its own: Ctrl-C reaches only us, and we stop the others in order.
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=doors)
        return Running(name, process, time.monotonic(), tries)

    def _wait_for_site(self) -> None:
        limit = time.monotonic() + READY_SECONDS
        while not self.stopping.wait(0.1):
            status = answer(self.near, self.port, SIGN_IN, seconds=ANSWER_SECONDS)
            if status >= 500:
                raise HouseError("The site answers with an error ({status}): see the lines above.", status=status)
            if status:
                return
            self._restart()
            if time.monotonic() > limit:
                raise HouseError("The site did not answer within {seconds} seconds.", seconds=READY_SECONDS)

    def _watch(self) -> None:
        swept = 0.0
        while not self.stopping.wait(0.5):
            self._restart()
            if time.monotonic() - swept > SWEEP_SECONDS:
                queue.resume()
                swept = time.monotonic()

    def _restart(self) -> None:
        """Start again what ended by itself; give up on what ends at once, again and again."""
        for name, each in self._children.items():
            if each.process.poll() is None or self.stopping.is_set():
                continue
            tries = each.tries + 1 if time.monotonic() - each.started < FRESH_SECONDS else 1
            if tries > TRIES:
                raise HouseError(
                    "The process {name} ended {tries} times right after its start (exit {exit}): see the lines above, "
                    "and run vinculo doctor.",
                    name=name,
                    tries=TRIES,
                    exit=each.process.returncode,
                )
            self._children[name] = self._start(name, tries)

    def _stop(self) -> None:
        self.stopping.set()
        self._signal(signal.SIGTERM)
        limit = time.monotonic() + STOP_SECONDS
        for each in self._children.values():
            try:
                each.process.wait(max(limit - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                each.process.kill()
                each.process.wait()
        if self._door is not None:
            self._door.close()

    def _signal(self, number: signal.Signals) -> None:
        for each in self._children.values():
            if each.process.poll() is None:
                each.process.send_signal(number)


def opened(host: str, port: int) -> socket.socket:
    """Open the port and keep it: while a site that died is started again, callers wait instead of being refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def answer(host: str, port: int, path: str, *, seconds: float = READY_SECONDS) -> int:
    """Return the status a page answers with; 0 when nothing answers. Where it sends the browser is not followed."""
    asking = HTTPConnection(host, port, timeout=seconds)
    try:
        asking.request("GET", path, headers={"Host": f"localhost:{port}"})
        return asking.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        asking.close()


@contextmanager
def alone(address: str) -> Iterator[None]:
    """Hold the home for one platform; a second one is told where the first is."""
    file = home.folder() / "up.lock"
    with file.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            raise HouseError(
                "Vinculo already runs on {folder} ({where}): stop it first, or name another folder in VINCULO_HOME.",
                folder=str(home.path()),
                where=stream.read().strip(),
            ) from None
        stream.truncate(0)
        stream.write(f"process {os.getpid()}, {address}\n")
        stream.flush()
        yield


def port_require(host: str, port: int) -> None:
    """Refuse a port that somebody else uses."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    limit = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if time.monotonic() > limit:
                    raise HouseError(
                        "The site cannot use {host}:{port} ({reason}): choose another port with --port or PORT.",
                        host=host,
                        port=port,
                        reason=error.strerror or str(error),
                    ) from error
        time.sleep(0.2)
