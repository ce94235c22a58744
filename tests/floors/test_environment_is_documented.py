"""Every variable of the environment that decides something is in the guide for administrators."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""environ(?:\.get\(|\[|\.setdefault\()\s*"([A-Z_]+)"|envvar="([A-Z_]+)"|VARIABLE = "([A-Z_]+)\"""")
OURS = {"DJANGO_SETTINGS_MODULE"}
"""Variables that the platform sets itself."""


def variables() -> set[str]:
    places = (ROOT / "src" / "vinculo" / "project").rglob("*.py")
    return {name for path in places for found in READ.findall(path.read_text("utf-8")) for name in found if name} - OURS


def test_every_variable_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "guides" / "administration.md").read_text("utf-8")
    settings = guide.split("## Settings")[1]

    assert len(variables()) > 10
    assert variables() - set(re.findall(r"`([A-Z_]+)`", settings)) == set()
