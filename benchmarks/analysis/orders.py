"""Simulated orders: the lines that both sides of the analysis read."""

import json
import sys
from pathlib import Path

from benchmarks import prepared
from vinculo.differentiate.simulation import orders
from vinculo.differentiate.simulation.population import Scenario

if __name__ == "__main__":
    asked, place = Scenario(customers=int(sys.argv[1])), Path(sys.argv[2])
    written = prepared.once(place, asked, lambda: orders.write(asked, place))
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    print(json.dumps({"written": written, "lines": manifest["tables"]["orders"]["rows"]}))
