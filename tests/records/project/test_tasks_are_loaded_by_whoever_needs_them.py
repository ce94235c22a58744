"""Tasks, and the engines they work with, are loaded by those who ask for a job or do one, not by every command."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.make import store

import vinculo
from vinculo.differentiate.records import services

SOURCE = Path(vinculo.__file__).parent
SET_UP = "import sys; from vinculo.project.commands import start; start.django()"


def test_every_module_of_tasks_is_named() -> None:
    found = {".".join(file.relative_to(SOURCE.parent).with_suffix("").parts) for file in SOURCE.rglob("tasks.py")}

    assert found == set(settings.PROCRASTINATE_IMPORT_PATHS)


def test_a_run_waits_in_the_queue_of_its_task(records: store.Database) -> None:
    run = services.run_start(now=datetime(2024, 6, 1, tzinfo=UTC))

    assert ProcrastinateJob.objects.get(pk=run.job_id).queue_name == "runs"


def test_a_command_starts_without_engines(records: store.Database) -> None:
    words = f"{SET_UP}; print([name for name in ('duckdb', 'numpy', 'scipy') if name in sys.modules])"

    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
