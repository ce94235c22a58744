"""Drawing: a chart becomes an SVG that stands in a page, in light and dark, large and small, seen and heard."""

import json
import re
from html import escape
from typing import Any

import altair as alt
import vl_convert

from vinculo.measure.charts import palette

WIDE = 680
"""Pixels of a chart that fills the column of text."""
NARROW = 336
"""Pixels of a chart on a telephone, or of one of two side by side."""

CONFIG: dict[str, Any] = {
    "background": None,
    "aria": False,
    "font": "Arial, Liberation Sans, Helvetica, sans-serif",
    "padding": {"left": 2, "right": 12, "top": 6, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": palette.RULE,
        "labelColor": palette.MUTED,
        "labelFontSize": 11,
        "labelPadding": 6,
        "titleColor": palette.MUTED,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "text": {"color": palette.INK, "fontSize": 11},
    "bar": {"color": palette.ACCENT},
    "line": {"color": palette.ACCENT, "strokeWidth": 2},
    "rule": {"color": palette.MUTED},
    "scale": {"bandPaddingInner": 0.28, "bandPaddingOuter": 0.1},
}

_CLUTTER = re.compile(
    r'<path class="(?:background|foreground)"[^>]*/>| class="[^"]*"| aria-[a-z]+="[^"]*"| role="[^"]*"'
    r'| pointer-events="none"| opacity="1"| font-family="[^"]*"| stroke-width="0"| xmlns:xlink="[^"]*"| version="1.1"'
)
_CLIP = re.compile(r'(?<=id=")clip\d+(?=")|(?<=url\(#)clip\d+(?=\))')
_EMPTY_GROUP = re.compile(r"<g(?: transform=\"translate\(0,0\)\")?></g>")
_LONG_DECIMAL = re.compile(r"(-?\d+\.\d)\d+")
_GEOMETRY = re.compile(r'( (?:d|transform|x2|y2|width|height)=")([^"]*)(")')
_ROOT = re.compile(r'<svg[^>]*viewBox="(?P<box>[^"]*)"[^>]*>')


def specification(chart: alt.TopLevelMixin, *, height: int | None = None) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart in the house's style."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec["config"] = CONFIG
    spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    if height:
        spec["height"] = height
    return spec


def svg(chart: alt.TopLevelMixin, *, name: str, title: str, description: str) -> str:
    """Draw a chart as an SVG element with a title and a description for those who do not see it.

    Assumes that `name` is unique on the page. Text stays text, data are inline, nothing is fetched; the same chart
    gives the same bytes.
    """
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(specification(chart)), allowed_base_urls=[])
    drawn = numbered(tidy(drawn), name)
    root = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" focusable="false" viewBox="{box}"'
        f' aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return _ROOT.sub(lambda found: root.replace("{box}", found["box"]), drawn, count=1)


def numbered(drawn: str, name: str) -> str:
    """Name the clips after the chart and count them from 1: the renderer counts on from the charts drawn before."""
    clips = list(dict.fromkeys(_CLIP.findall(drawn)))
    return _CLIP.sub(lambda found: f"{name}-clip{clips.index(found[0]) + 1}", drawn)


def tidy(drawn: str) -> str:
    """Take out what a page does not need: empty groups, classes, decimals nobody sees."""
    drawn = _CLUTTER.sub("", drawn)
    drawn = _GEOMETRY.sub(lambda found: found[1] + _LONG_DECIMAL.sub(r"\1", found[2]) + found[3], drawn)
    before = ""
    while before != drawn:
        before, drawn = drawn, _EMPTY_GROUP.sub("", drawn)
    return drawn
