"""Marks: bars, cells and points become links, in a drawing that stands in a page.

A chart knows nothing of links: its rows are matched by the fields that tell its marks apart, so any chart can be
linked. Vega rewrites relative addresses against a place of its own; links are therefore drawn with an absolute base
and made relative afterwards.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import vl_convert

from vinculo.measure.charts import drawing

BASE = "https://marks.invalid"
"""Stands before every address while it is drawn; the name cannot exist (RFC 2606)."""
LINKED = ("bar", "rect", "point", "circle", "arc")
"""Kinds of marks that lead somewhere; lines and texts do not."""
_ANCHOR = re.compile(rf'<a xlink:href="{re.escape(BASE)}([^"]*)"[^>]*>')
_NOWHERE = re.compile(rf'<a xlink:href="(?!{re.escape(BASE)})[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
"""What Vega makes of a row without an address beside others that have one."""

Key = tuple[object, ...]


@dataclass(frozen=True)
class Mark:
    """Where a mark leads (an address within the site; none: it is only spoken of) and what it says to a reader."""

    href: str
    words: str


@dataclass(frozen=True)
class Marks:
    """The marks of a chart by the values of some fields of its rows."""

    fields: tuple[str, ...]
    by_key: Mapping[Key, Mark]


def svg(chart: alt.TopLevelMixin, marks: Marks, *, name: str, title: str, description: str) -> str:
    """Draw a chart whose marks are links, each named in words for those who do not see it.

    Two marks of one address (a bar of customers and one of value) are one stop of the keyboard.
    """
    spec = attached(drawing.specification(chart), marks)
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    drawn = drawing.tidy(drawn).replace('id="clip', f'id="{name}-clip').replace("url(#clip", f"url(#{name}-clip")
    words = {escape(mark.href): mark.words for mark in marks.by_key.values()}
    drawn = named(_NOWHERE.sub(r"\1", drawn), words)
    root = (
        # A picture would hide its links from those who listen: a group keeps them.
        '<svg xmlns="http://www.w3.org/2000/svg" role="group" viewBox="{box}"'
        f' aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return re.sub(
        r'<svg[^>]*viewBox="(?P<box>[^"]*)"[^>]*>', lambda found: root.replace("{box}", found["box"]), drawn, count=1
    )


def warm() -> None:
    """Start the drawing engine, which takes most of a second, before the first reader waits for it."""
    chart = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_bar().encode(x="x:Q")
    svg(chart, Marks(("x",), {}), name="warm", title="", description="")


def named(drawn: str, words: Mapping[str, str]) -> str:
    """Make the addresses of a drawing relative, and say what stands behind each."""
    seen: set[str] = set()

    def anchor(found: re.Match[str]) -> str:
        href = found[1]
        if href in seen:
            return f'<a href="{href}" tabindex="-1" aria-hidden="true">'
        seen.add(href)
        said = escape(words.get(href, ""))
        # The title is both what a pointer shows and the name that is read aloud.
        return f'<a href="{href}"><title>{said}</title>'

    return _ANCHOR.sub(anchor, drawn)


def attached(spec: dict[str, Any], marks: Marks) -> dict[str, Any]:
    """Return a specification whose matching rows carry an address, and whose marks follow it."""
    for layer, data in layers(spec, spec.get("data")):
        kind = layer["mark"] if isinstance(layer["mark"], str) else layer["mark"]["type"]
        if kind not in LINKED:
            continue
        rows = rows_of(spec, data)
        if link(rows, marks):
            layer.setdefault("encoding", {})["href"] = {"field": "href", "type": "nominal"}
    return spec


def layers(spec: dict[str, Any], data: dict[str, Any] | None) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yield the single marks of a specification, each with the data it draws."""
    data = spec.get("data") or data
    if "mark" in spec:
        yield spec, data
    for inner in spec.get("layer", []):
        yield from layers(inner, data)


def rows_of(spec: dict[str, Any], data: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the rows of some data, which stand in place or under a name at the top."""
    if not data:
        return []
    found: list[dict[str, Any]] = data["values"] if "values" in data else spec.get("datasets", {})[data["name"]]
    return found


def link(rows: list[dict[str, Any]], marks: Marks) -> bool:
    """Put its address to each row that is a mark; tell whether any was."""
    linked = False
    for row in rows:
        mark = marks.by_key.get(tuple(row.get(field) for field in marks.fields))
        if mark and mark.href:
            row["href"] = BASE + mark.href
            linked = True
    return linked
