"""Prepared data: simulated once into a folder and used again as long as its manifest names the same scenario."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from vinculo.differentiate.simulation.population import Scenario
from vinculo.warehouse import runs


def once(target: Path, scenario: Scenario, write: Callable[[], None]) -> bool:
    """Call `write`, which puts a run in place, unless the target holds one of the scenario; tell whether it did."""
    wanted = json.loads(json.dumps(asdict(scenario), default=str))
    manifest = target / runs.MANIFEST
    if manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8")).get("scenario") == wanted:
        return False
    write()
    return True
