"""The page: a finished run as one self-contained HTML file, in the reader's language, readable without scripts."""

from importlib.resources import files

import jinja2
from markupsafe import Markup

from vinculo.measure.charts import palette
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import blocks, headline
from vinculo.measure.report.book import Book, opened
from vinculo.measure.report.chapters import (
    basis,
    comparison,
    contracts,
    customers,
    habits,
    mailing,
    profit,
    slipping,
    trust,
    when,
    worth,
)
from vinculo.warehouse.runs import Run


def render(run: Run, language: str) -> str:
    """Write the report of a run as one HTML page that fetches nothing.

    Assumes that the run is finished. What it lacks (a table, enough history) is said in its place, so that one
    customer gives a page too. All words of the data are escaped.

    Parameters
    ----------
    language
        `en` or `es`. Sentences that the run holds (readings, warnings) are said again in it.

    Returns
    -------
    str
        A whole HTML document, charts as SVG, with the figures behind each in a table.

    Raises
    ------
    SettingsError
        When there is no such language, or the currency of the run is none.
    """
    reader = Reader(language, run.manifest["currency"])
    with opened(run, reader) as book:
        return template().render(
            say=reader.say,
            language=language,
            style=style(),
            headline=headline.of(book),
            chapters=chapters(book),
            **masthead(book),
        )


def chapters(book: Book) -> list[blocks.Chapter]:
    """Return the chapters that a run has, in reading order."""
    asked = (
        *(customers.chapter, when.chapter, habits.goods),
        *(worth.chapter, profit.chapter, slipping.chapter, habits.unusual, mailing.chapter, contracts.chapter),
        *(trust.chapter, comparison.chapter, basis.chapter),
    )
    return [chapter for chapter in (ask(book) for ask in asked) if chapter.blocks]


def masthead(book: Book) -> dict[str, str]:
    """Return what stands at the top and the foot of the page."""
    reader, manifest = book.reader, book.run.manifest
    program = f"{manifest.get('product', 'Vinculo')} {manifest.get('version', '')}".strip()
    return {
        "title": reader.say("What your customers are worth"),
        "as_of": reader.day(manifest["as_of"]),
        "source": book.source,
        "when": reader.say(
            "As of {day}; forecasts look {days} days ahead.",
            day=reader.day(manifest["as_of"]),
            days=reader.number(book.horizon),
        ),
        "made": reader.say("Made with {program}. Run {run}.", program=program, run=manifest.get("run_id", "")),
        "generator": program,
    }


def style() -> Markup:
    """Return the style sheet, with the dark colours of the charts put where they belong."""
    text = (files("vinculo.measure.report") / "style.css").read_text(encoding="utf-8")
    return Markup(text.replace("/* dark marks */", palette.dark_rules()))


def template() -> jinja2.Template:
    """Return the template; it escapes whatever it is given."""
    text = (files("vinculo.measure.report") / "page.html.jinja").read_text(encoding="utf-8")
    surroundings = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return surroundings.from_string(text)
