"""The lines of the guide for integrators run as they stand."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.make import live, programs, store
from tests.make.integrations import Program

from vinculo.exchange import kinds, scopes
from vinculo.exchange.records import listeners
from vinculo.identify.records.models import ConsentEntry, Customer, Lead, Order, OrderLine

GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "api.md").read_text("utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide calls with curl")
def test_every_line_for_the_shell_runs(own_records: store.Database) -> None:
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL))
    program = Program()
    programs.unit(programs.program())

    with live.site() as address:
        words = ["bash", "-euo", "pipefail", "-c", lines.replace("\ncall ", "\necho; call ")]
        done = subprocess.run(
            words,
            env={"PATH": "/usr/bin:/bin", "VINCULO": address, "TOKEN": program.text},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == lines.count("\ncall ")
    assert [each["type"] for each in answers[-1]["events"]] == ["vinculo.order.placed"] * 2
    assert Customer.objects.count() == 4
    assert sorted(Order.objects.values_list("number", flat=True)) == ["N-1", "R-1"]
    back = OrderLine.objects.get(quantity__lt=0)
    assert back.returns_line_id == OrderLine.objects.get(quantity__gt=0).pk
    assert (Lead.objects.get().stage, ConsentEntry.objects.get().action) == ("quote", "given")


def test_every_scope_and_every_event_is_in_the_guide() -> None:
    named = set(re.findall(r"`([a-z_.]+)`", GUIDE))

    assert set(scopes.BY_CODE) <= named
    assert set(kinds.KINDS) <= named
    assert {name for _signal, _subject, names in listeners.FACTS.values() for name in names} <= named
