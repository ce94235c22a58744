"""Tracking clients of others as processes of their own."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "tests" / "clients"
PYTHON = {"segment-python": "segment-analytics-python", "rudder-python": "rudder-sdk-python"}
NODE = {
    "segment-node": "@segment/analytics-node",
    "rudder-node": "@rudderstack/rudder-sdk-node",
    "cdp-node": "@customerio/cdp-analytics-node",
}
USERS, EVENTS_A_USER = 20, 12


def ready() -> None:
    """Make sure they are installed."""
    with (PLACE / ".lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        subprocess.run([ROOT / "scripts" / "clients"], check=True, stdout=subprocess.DEVNULL)


class Client:
    """A client that tells of its day: half of it, and the other half when it is told to go on."""

    def __init__(self, name: str, address: str, key: str) -> None:
        python = str(ROOT / ".venv-clients" / "bin" / "python")
        program = ["node", "send.mjs"] if name in NODE else [python, "send.py"]
        self.process = subprocess.Popen(
            [*program, name, address, key], cwd=PLACE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def said(self) -> str:
        """Return its next line; wait for it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go_on(self) -> None:
        """Let it tell of the other half."""
        assert self.process.stdin is not None
        self.process.stdin.write("go on\n")
        self.process.stdin.flush()

    def ended(self) -> tuple[str, int]:
        """Return what it said last, and how it ended."""
        said, _ = self.process.communicate()
        return said.strip(), self.process.returncode


def require(name: str) -> None:
    """Leave a test out where its client cannot run."""
    if name in NODE and shutil.which("npm") is None:
        pytest.skip("there is no npm on this machine: the clients for Node.js are left out")
