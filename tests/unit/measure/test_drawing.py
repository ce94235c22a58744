from xml.etree import ElementTree

import altair as alt
import pytest

from vinculo.measure.charts import drawing, scales

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script> & more'


def bars(*labels: str) -> alt.LayerChart:
    rows = [{"label": label, "value": at + 1} for at, label in enumerate(labels)]
    chart = alt.Chart(scales.inline(rows), width=300, height=100).mark_bar()
    return scales.layered(chart.encode(x="value:Q", y="label:N"))


def drawn(chart: alt.LayerChart) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg(chart, name="bars", title="A <title>", description="What it shows"))


def test_it_has_a_title_and_a_description_for_screen_readers() -> None:
    root = drawn(bars("one"))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "bars-title bars-desc"
    assert root.findtext(f"{SVG}title") == "A <title>"
    assert root.findtext(f"{SVG}desc") == "What it shows"


def test_it_scales_with_the_page() -> None:
    root = drawn(bars("one"))

    assert root.get("viewBox", "").startswith("0 0 300 ")
    assert root.get("width") is None


def test_text_stays_text_and_is_escaped() -> None:
    root = drawn(bars(HOSTILE))

    assert HOSTILE[:20] in "".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert list(root.iter(f"{SVG}script")) == []


def test_geometry_has_one_decimal_and_text_keeps_its_own() -> None:
    tidied = drawing.tidy(
        '<g><path d="M1.23456,2.987h3.1Z"/><text transform="translate(1.99,2)">1.2345</text><g></g></g>'
    )

    assert tidied == '<g><path d="M1.2,2.9h3.1Z"/><text transform="translate(1.9,2)">1.2345</text></g>'


def test_a_chart_fetches_nothing() -> None:
    chart = alt.Chart("https://example.org/data.csv", width=100, height=100).mark_bar().encode(x="a:Q")

    with pytest.raises(ValueError, match="not allowed"):
        drawing.svg(chart, name="far", title="Far", description="")


def test_the_same_chart_gives_the_same_bytes_whatever_was_drawn_before() -> None:
    def clipped() -> str:
        chart = alt.Chart(alt.InlineData(values=[{"a": 1}, {"a": 2}])).mark_line(clip=True).encode(x="a:Q", y="a:Q")
        return drawing.svg(chart, name="line", title="Line", description="")

    first, second = clipped(), clipped()

    assert 'id="line-clip1"' in first
    assert "url(#line-clip1)" in first
    assert second == first
