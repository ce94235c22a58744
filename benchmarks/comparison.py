"""A comparison: figures of two sides next to each other, and the targets they are held to."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

LABEL, CELL = 38, 20


@dataclass(frozen=True)
class Figure:
    """One thing that both sides measured or found; `against` says how they differ."""

    name: str
    ours: float | None
    theirs: float | None
    against: str = ""


@dataclass(frozen=True)
class Target:
    """What was asked of a number, and the number."""

    name: str
    found: float
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the number is within its limits."""
        enough = self.at_least is None or self.found >= self.at_least
        return enough and (self.at_most is None or self.found <= self.at_most)


@dataclass
class Comparison:
    """Two sides on the same work."""

    title: str
    ours: str
    theirs: str
    figures: list[Figure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    """What else is worth keeping; only in the JSON."""

    def compare(self, name: str, ours: float, theirs: float | None) -> None:
        """Add a cost that both sides had; the last column says how many times the smaller one the greater is."""
        against = (
            ""
            if theirs is None
            else f"{max(ours, theirs) / min(ours, theirs):.1f}x " + ("less" if ours < theirs else "more")
        )
        self.figures.append(Figure(name, ours, theirs, against))

    def agree(self, name: str, ours: float | None, theirs: float | None) -> None:
        """Add a result that both sides found; the last column says how far apart they are."""
        against = "" if ours is None or theirs is None else f"{apart(ours, theirs):.1e} apart"
        self.figures.append(Figure(name, ours, theirs, against))

    def show(self, *, as_json: bool) -> None:
        """Print the comparison: a table for people or one line of JSON."""
        print(json.dumps(self.record()) if as_json else "\n".join(self.lines()) + "\n", flush=True)

    def record(self) -> dict[str, Any]:
        """Return everything as plain values."""
        targets = [{**asdict(target), "holds": target.holds} for target in self.targets]
        return {**asdict(self), "targets": targets}

    def lines(self) -> list[str]:
        """Return the table line by line."""
        found = [self.title, "-" * len(self.title), row("", self.ours, self.theirs, "")]
        found += [row(each.name, text(each.ours), text(each.theirs), each.against) for each in self.figures]
        if self.targets:
            found += ["", row("target", "asked", "found", "")]
        for target in self.targets:
            limits = [("at least", target.at_least), ("at most", target.at_most)]
            asked = " ".join(f"{words} {limit:,g}{target.unit}" for words, limit in limits if limit is not None)
            verdict = "holds" if target.holds else "MISSED"
            found.append(row(target.name, asked, f"{text(target.found)}{target.unit}", verdict))
        return found


def row(label: str, *cells: str) -> str:
    """Return one line of the table."""
    return f"{label:<{LABEL}}" + "".join(f"{cell:>{CELL}}" for cell in cells).rstrip()


def text(value: float | None) -> str:
    """Write a number so that it can be compared at a glance."""
    if value is None:
        return "-"
    if value == 0 or not 1e-3 <= abs(value) < 1e12:
        return f"{value:.2g}"
    return f"{value:,.6f}" if abs(value) < 1 else f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def apart(one: float, other: float) -> float:
    """Return the relative difference of two numbers."""
    return abs(one - other) / max(abs(one), abs(other), 1e-300)
