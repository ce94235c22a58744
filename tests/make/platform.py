"""The platform as processes: commands in children, each with a home and a database of its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

COMMAND = "from vinculo.cli import main; main.run()"


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a child that knows this home and nothing of ours."""
    foreign = ("DATABASE_", "VINCULO_", "EMAIL_", "PORT", "LANG", "LC_", "WEB_CONCURRENCY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "VINCULO_HOME": str(home), "COLUMNS": "300", **more}


def vinculo(
    *words: object, home: Path, program: str = COMMAND, said: str = "", **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of vinculo to its end; it is told what is said on its standard input."""
    return subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", program, *(str(word) for word in words)],
        env=environment(home, **more),
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


class Up:
    """`vinculo up` in a child; its words come line by line."""

    def __init__(self, home: Path, *words: object, port: int = 0, **more: str) -> None:
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "up", "--port", str(self.port), *(str(word) for word in words)],
            env=environment(home, WEB_CONCURRENCY="1", **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def line(self) -> str:
        """Return the next line it says; wait for it."""
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said:
            assert self.process.stderr is not None
            raise AssertionError(self.process.stderr.read()[-3000:])
        return said.strip()

    def page(self, path: str) -> int:
        """Return the status of a page."""
        with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=60) as answer:
            return int(answer.status)

    def children(self) -> list[int]:
        """Return the processes it started, theirs included."""
        found, rest = [], [self.process.pid]
        while rest:
            parent = rest.pop()
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8").split()
            rest += [int(each) for each in listed]
            found += [int(each) for each in listed]
        return found

    def __enter__(self) -> "Up":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate()


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def gone(process: int) -> bool:
    """Tell whether a process has ended, or is about to be collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
