"""A measured process: its CPU seconds and peak memory as the operating system counts them.

The measuring process imports nothing but the standard library: a child's peak memory begins with that of its parent.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
    """What one process took. `found` is what it printed last, as JSON."""

    cpu_seconds: float
    """Of the whole process, user and system, all threads, the imports included."""
    peak_mib: float
    found: dict[str, Any]

    @property
    def work_seconds(self) -> float:
        """Return the CPU seconds without the imports, as the process counted them itself."""
        return float(self.found["cpu_seconds"])


def middle(name: str, *arguments: object, times: int = 3) -> Measured:
    """Run a short process several times and return the run with the median of the CPU seconds without imports."""
    runs = sorted((module(name, *arguments) for _ in range(times)), key=lambda run: run.work_seconds)
    return runs[times // 2]


def module(name: str, *arguments: object) -> Measured:
    """Run `python -m name arguments…` to its end and measure it; its last line of output must be JSON."""
    with tempfile.TemporaryFile("w+") as output:
        command = [sys.executable, "-m", name, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=output, cwd=HOME)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().strip().splitlines()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    found = json.loads(lines[-1]) if lines else {}
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Measured(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, found)
