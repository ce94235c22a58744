"""Commands of the platform: one module a noun, plugged into `vinculo` by the entry point `vinculo.commands`.

Loading them loads no Django: `vinculo analyse` must neither need it nor wait for it. A command imports what it needs
when it runs, after `start.store()` has opened the operational store.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer

from vinculo.project.commands import start

COMMANDS = {
    "import": "importing:import_files",
    "template": "exchanged:template",
    "folder": "exchanged:folder",
    "export": "exchanged:export",
    "run": "runs:run",
    "land": "runs:land",
    "match": "identity:match",
    "quality": "identity:quality",
    "rederive": "identity:rederive",
    "up": "up:up",
    "demo": "demo:demo",
    "user": "users:user",
    "erase": "persons:erase",
    "export-person": "persons:export_person",
    "retention": "persons:retention",
    "ledger": "programs.finance:app",
    "members": "programs.files:members",
    "balances": "programs.files:balances",
    "doctor": "doctor:doctor",
    "backup": "backup:backup",
    "restore": "backup:restore",
}
"""Where each command stands: module of this folder and function."""


def add(app: typer.Typer) -> None:
    """Add the commands of the platform to the terminal door."""
    for name, place in COMMANDS.items():
        module, function = place.split(":")
        found: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), function)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, rich_help_panel="Platform")
            continue
        app.command(name, rich_help_panel="Platform")(start.installed(found))
