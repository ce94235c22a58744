"""The walls of the house: sizes that keep a file a page and a room a room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vinculo"
FILE_LINES, TEST_LINES, FUNCTION_LINES, ARGUMENTS, FOLDER_FILES, DEPTH, FOUNDATION_FILES = 400, 600, 60, 7, 12, 3, 8
GROWING = {"__pycache__", "migrations"}
AVOIDED = {"utils", "helpers", "misc", "common", "base", "core", "manager", "handlers", "types", "shared"}

EXCEPTIONS: set[str] = set()
"""Named exceptions, as `path::name`; it starts empty and can only shrink."""


def sources() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations")


def files_of_tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "benchmarks").rglob("*.py"))


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}::{node.name}", node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    length = (node.end_lineno or node.lineno) - node.body[0].lineno + 1
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def refuse(offenders: list[str]) -> None:
    assert not [name for name in offenders if name.split(" ")[0] not in EXCEPTIONS]


def test_no_source_file_outgrows_its_page() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}

    refuse([f"{path.relative_to(ROOT)} {lines}" for path, lines in lengths.items() if lines > FILE_LINES])


def test_no_test_file_outgrows_its_page() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files_of_tests()}

    refuse([f"{path.relative_to(ROOT)} {lines}" for path, lines in lengths.items() if lines > TEST_LINES])


def test_no_function_is_longer_than_a_screen() -> None:
    refuse([f"{name} {body_lines(node)}" for name, node in functions() if body_lines(node) > FUNCTION_LINES])


def test_no_function_takes_more_arguments_than_a_reader_can_hold() -> None:
    def count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        return len([argument for argument in given if argument.arg not in ("self", "cls")])

    doors = tuple(str(Path(folder)) for folder in ("src/vinculo/cli", "src/vinculo/project/commands"))
    found = [f"{name} {count(node)}" for name, node in functions() if count(node) > ARGUMENTS]

    # A command of the terminal is a function whose arguments are its options: typer reads them there.
    refuse([name for name in found if not name.startswith(doors)])


def test_no_folder_holds_more_files_than_a_room_can() -> None:
    # Migrations only ever become more.
    folders = [SOURCE, *[path for path in SOURCE.rglob("*") if path.is_dir() and path.name not in GROWING]]
    sizes = {folder: len(list(folder.glob("*.py"))) for folder in folders}

    refuse([f"{folder.relative_to(ROOT)} {size}" for folder, size in sizes.items() if size > FOLDER_FILES])


def test_no_folder_is_too_deep() -> None:
    depths = {path: len(path.relative_to(SOURCE).parts) - 1 for path in sources()}

    refuse([f"{path.relative_to(ROOT)} {depth}" for path, depth in depths.items() if depth > DEPTH])


def test_foundation_stays_small() -> None:
    assert len(list((SOURCE / "foundation").glob("*.py"))) <= FOUNDATION_FILES + 1  # and __init__


@pytest.mark.parametrize("name", sorted(AVOIDED))
def test_no_file_or_folder_has_an_empty_name(name: str) -> None:
    assert [path for path in SOURCE.rglob(name + "*") if path.stem == name] == []


def test_every_room_has_its_page() -> None:
    rooms = [path for path in SOURCE.iterdir() if path.is_dir() and path.name not in ("__pycache__", "locale")]

    assert [room.name for room in rooms if not (room / "README.md").is_file()] == []
