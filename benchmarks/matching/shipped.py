"""The models that come with the program: `python -m benchmarks.matching.shipped` trains them on made-up bases.

They serve bases too small to train on. Nothing of a real company is in them.
"""

import tempfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from benchmarks.matching import base
from vinculo.identify.matching import preparation, training
from vinculo.warehouse.duck import DuckEngine

BASES = {"person": (100_000, 7), "organisation": (50_000, 5)}
"""Records and seed of the base of each kind."""
FREQUENT = 1e-4
"""Names below this share are as rare as any other: they need not be told."""


def main() -> None:
    """Train and write the model of each kind."""
    for kind, (count, seed) in BASES.items():
        with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as name, DuckEngine(Path(name) / "spill") as engine:
            scratch = Path(name)
            base.write(count, seed, scratch / "base", kind)
            engine.attach("records", scratch / "base" / "records")
            model = training.train(preparation.prepare(engine, kind, scratch))
            frequent = {
                field: {value: share for value, share in shares.items() if share >= FREQUENT}
                for field, shares in model.frequencies.items()
            }
            target = Path(str(files("vinculo.identify.matching"))) / f"shipped_{kind}.json"
            replace(model, origin="shipped", frequencies=frequent).save(target)
            print(f"{target.name}: {target.stat().st_size:,} bytes, {model.version}")


if __name__ == "__main__":
    main()
