"""Reference pages made from the program itself: tables, errors, settings and commands cannot go stale."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from pkgutil import iter_modules, walk_packages

import typer.main

import vinculo
from vinculo.cli.main import app
from vinculo.differentiate import settings
from vinculo.foundation.errors import VinculoError
from vinculo.project.commands import start
from vinculo.warehouse import tables
from vinculo.warehouse.tables.contract import Column, Table


def write(folder: Path) -> None:
    """Write every generated page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"tables": table_page(), "errors": error_page(), "settings": settings_page(), "commands": command_page()}
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def contracts() -> Iterator[Table]:
    """Yield every table contract, by file and then in the order declared."""
    for module in iter_modules(tables.__path__):
        names = vars(__import__(f"{tables.__name__}.{module.name}", fromlist=["_"]))
        yield from (value for value in names.values() if isinstance(value, Table))


def table_page() -> str:
    """Return the page of tables."""
    lines = [
        "# Tables",
        "",
        "Every table of a run, one folder of Parquet files each. One row is what *grain* says.",
        "",
    ]

    def kind(column: Column) -> str:
        return f"{column.type}, may be null" if column.nullable else column.type

    for table in sorted(contracts(), key=lambda each: each.name):
        lines += [
            f"## {table.name}",
            "",
            f"Grain: {table.grain}.",
            "",
            "| column | type | unit | meaning |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{column.name}` | {kind(column)} | {column.unit} | {column.meaning.replace('|', '/')} |"
            for column in table.columns
        ]
        lines.append("")
    return "\n".join(lines)


def error_page() -> str:
    """Return the page of error codes."""
    start.django()  # without it the tables of the platform cannot be imported
    for module in walk_packages(vinculo.__path__, "vinculo."):
        if not module.name.startswith("vinculo.__"):
            __import__(module.name)

    def family(kind: type[VinculoError]) -> Iterator[type[VinculoError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from family(child)

    rows = sorted({(kind.code, (kind.__doc__ or "").strip().splitlines()[0]) for kind in family(VinculoError)})
    lines = [
        "# Errors",
        "",
        "Codes never change. The command exits with 2 on bad input and 1 when the machine fails it.",
        "",
    ]
    return "\n".join(
        [*lines, "| code | meaning |", "|---|---|", *[f"| `{code}` | {words} |" for code, words in rows], ""]
    )


def settings_page() -> str:
    """Return the page of settings."""
    lines = [
        "# Settings",
        "",
        "Given on the command line where there is an option, or in a TOML file with `--settings`: the first group",
        "stands at the top of the file, each other group is a section.",
        "",
    ]
    whole = settings.Settings()
    groups = {field.name: type(getattr(whole, field.name)) for field in fields(whole)}
    sections = {name: group for name, group in groups.items() if is_dataclass(group)}
    for section, group in {"": settings.Settings, **sections}.items():
        meanings = attribute_docstrings(group)
        lines += [
            f"## {f'[{section}]' if section else 'Top of the file'}",
            "",
            str(group.__doc__).strip().splitlines()[0],
            "",
        ]
        lines += ["| setting | default | meaning |", "|---|---|---|"]
        for field in fields(group):
            default = getattr(group(), field.name)
            if not is_dataclass(default):
                lines.append(f"| `{field.name}` | `{default!r}` | {meanings[field.name].replace('|', '/')} |")
        lines.append("")
    return "\n".join(lines)


def attribute_docstrings(group: type) -> dict[str, str]:
    """Return the docstring below each attribute of a class."""
    body = ast.parse(inspect.getsource(group)).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[ast.unparse(before.target)] = " ".join(str(after.value.value).split())
    return found


def command_page() -> str:
    """Return the page of commands and their options."""
    lines = ["# Commands", "", "`vinculo COMMAND --help` shows the same.", ""]
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        lines += [
            f"## vinculo {name}",
            "",
            (command.help or "").strip(),
            "",
            "| option | default | meaning |",
            "|---|---|---|",
        ]
        for parameter in command.params:
            words = ", ".join(f"`{word}`" for word in [*parameter.opts, *parameter.secondary_opts])
            default = "" if parameter.default in (None, (), []) or parameter.required else f"`{parameter.default}`"
            lines.append(f"| {words} | {default} | {(getattr(parameter, 'help', '') or '').replace('|', '/')} |")
        lines.append("")
    return "\n".join(lines)
