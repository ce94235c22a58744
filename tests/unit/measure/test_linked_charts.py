"""Linked charts: marks are links a reader can see, hear and reach by keyboard, and nothing is fetched to draw them."""

import json
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import altair as alt
import pyarrow as pa
import pytest
import vl_convert

from vinculo.measure.charts import drawing, profit, tiers
from vinculo.measure.charts.linked import columns, marks, whale
from vinculo.measure.charts.linked.marks import Mark, Marks
from vinculo.measure.charts.reader import Reader

READER = Reader("en", "EUR")
XML = "{http://www.w3.org/2000/svg}"
ADDRESS = '/customers/?run=7&country=A"%26B'


def bars() -> alt.LayerChart:
    table = pa.table({"label": ["one", "two", "three"], "amount": [3, 1, 2], "whole": [True, True, False]})
    return columns.bars(table, READER.number, "Customers")


def drawn(linked: Marks, chart: alt.LayerChart | None = None) -> ElementTree.Element:
    svg = marks.svg(chart or bars(), linked, name="bars", title="A <title>", description="Words")
    return ElementTree.fromstring(svg)


def links(svg: ElementTree.Element) -> list[tuple[str, str]]:
    return [(link.get("href", ""), link.findtext(f"{XML}title", "")) for link in svg.iter(f"{XML}a")]


def test_a_mark_leads_to_its_address_within_the_site_and_says_what_stands_behind_it() -> None:
    svg = drawn(Marks(("label",), {("two",): Mark(ADDRESS, 'Two & "more": 1 customer')}))

    assert links(svg) == [(ADDRESS, 'Two & "more": 1 customer')]


def test_marks_without_an_address_are_no_links() -> None:
    assert links(drawn(Marks(("label",), {("two",): Mark("", "Two")}))) == []


def test_a_linked_drawing_is_a_group_for_a_picture_would_hide_its_links_from_listeners() -> None:
    svg = drawn(Marks(("label",), {("two",): Mark("/a", "Two")}))

    assert svg.get("role") == "group"
    assert svg.get("aria-labelledby") == "bars-title bars-desc"
    assert svg.findtext(f"{XML}title") == "A <title>"


def test_two_marks_of_one_address_are_one_stop_of_the_keyboard() -> None:
    table = pa.table({"label": ["Gold", "Rest"], "customer_share": [0.2, 0.8], "value_share": [0.7, 0.3]})
    linked = Marks(("label",), {("Gold",): Mark("/gold", "Gold"), ("Rest",): Mark("/rest", "Rest")})

    svg = drawn(linked, tiers.shares(table, READER))

    stops = [link.get("href") for link in svg.iter(f"{XML}a") if link.get("tabindex") != "-1"]
    assert sorted(stops) == ["/gold", "/rest"]
    assert len(list(svg.iter(f"{XML}a"))) == 4


def test_vega_would_rewrite_a_relative_address_which_is_why_they_are_drawn_absolute() -> None:
    spec = drawing.specification(bars())
    spec["layer"][0]["encoding"]["href"] = {"value": "/customers/"}

    assert "vega.github.io" in vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    assert "vega.github.io" not in marks.svg(
        bars(), Marks(("label",), {("one",): Mark("/customers/", "One")}), name="a", title="b", description="c"
    )


def test_a_specification_that_would_fetch_is_refused() -> None:
    spec = drawing.specification(bars())
    spec["layer"][0]["data"] = {"url": "http://127.0.0.1:9/secret.csv"}

    with pytest.raises(ValueError, match="not allowed"):
        vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])


def test_the_bars_of_the_whale_curve_hold_every_customer_once() -> None:
    curve = pa.table({"customers": [0, *range(3, 437, 3), 437]})

    ranks = whale.ranks(curve)

    assert ranks[0][0] == 1
    assert ranks[-1][1] == 437
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(ranks))


def test_a_chart_is_the_same_drawing_linked_or_not_but_for_its_links() -> None:
    table = pa.table({"decile": [1, 2], "amount_minor": [500, -100]})

    plain = drawing.svg(profit.deciles(table, READER), name="a", title="b", description="c")
    linked = marks.svg(profit.deciles(table, READER), Marks(("decile",), {}), name="a", title="b", description="c")

    assert linked.replace('role="group"', 'role="img" focusable="false"') == plain
