"""The chapters: each stands where its table is, says what the table says, and keeps to everybody."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.make import run as made
from tests.make import whole_run
from tests.make.summaries import arrow

from vinculo.differentiate.lifetime import sbg
from vinculo.measure.charts import drawing
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import blocks, headline, names, page
from vinculo.measure.report.book import Book, opened
from vinculo.measure.report.chapters import (
    comparison,
    contracts,
    customers,
    habits,
    mailing,
    profit,
    slipping,
    trust,
    when,
)
from vinculo.warehouse.runs import Run
from vinculo.warehouse.tables import contracts as contract_tables
from vinculo.warehouse.tables import habits as habit_tables

READER = Reader("en", "GBP")
Ask = Callable[[Book], blocks.Chapter]
CHAPTERS = ("customers", "when", "goods", "worth", "few", "slipping", "unusual", "mailing", "contracts", "trust")


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page.render(whole_run.write(tmp_path_factory.mktemp("whole") / "run"), "en")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave charts out, which take most of the time."""
    monkeypatch.setattr(drawing, "svg", lambda chart, **words: "<svg></svg>")


def shown(run: Run, ask: Ask) -> str:
    """Return the page of a run with one chapter only."""
    with opened(run, READER) as book:
        chapter = ask(book)
        return page.template().render(
            say=READER.say,
            language="en",
            style="",
            headline=headline.Headline((), (), ()),
            chapters=[chapter] if chapter.blocks else [],
            **page.masthead(book),
        )


def section(text: str, name: str) -> str:
    """Return the words of a chapter or block by its id, without the tags."""
    found = re.search(rf'<(section|figure|table) id="{name}".*?</\1>', text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[0])).split()) if found else ""


def test_chapters_follow_one_another(text: str) -> None:
    found = re.findall(r'<li><a href="#([a-z-]+)">', text)

    assert found == [*CHAPTERS, "comparison", "basis"]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("table", "ask", "block"),
    [
        ("favourite_products", habits.goods, "favourites"),
        ("rfmt_crosstab", habits.goods, "goods-types"),
        ("unusual_purchases", habits.unusual, "unusual"),
        ("rfmt_mailing", mailing.chapter, "mailing"),
        ("rfmt_cells", mailing.chapter, "mailing"),
        ("contract_survival", contracts.chapter, "contracts"),
        ("contract_cohorts", contracts.chapter, "contracts"),
        ("opportunities", trust.chapter, "periods"),
        ("unprofitable", profit.chapter, "causes"),
        ("stability_transitions", profit.chapter, "moves"),
        ("value", when.chapter, "rhythm"),
        ("customer_days", when.chapter, "week"),
    ],
)
def test_what_has_no_table_is_not_shown(tmp_path: Path, text: str, table: str, ask: Ask, block: str) -> None:
    without = shown(whole_run.write(tmp_path / "run", without=[table]), ask)

    assert section(text, block)
    assert not section(without, block)


@pytest.mark.slow
def test_parts_of_the_business_change_nothing_said_of_everybody(tmp_path: Path) -> None:
    run = whole_run.write(tmp_path / "run", settings={})
    before = page.render(run, "en")

    for name in run.tables:
        file = tmp_path / "run" / name / "part-0.parquet"
        table = pq.read_table(file)
        if "dimension" in table.column_names:
            pq.write_table(pa.concat_tables([elsewhere(table, "country", "all"), table]), file)

    assert page.render(run, "en") == before


def elsewhere(table: pa.Table, dimension: str, value: str) -> pa.Table:
    """Return the rows of a summary table as those of a part of the business, every figure another."""
    columns = {}
    for name in table.column_names:
        kind, column = table.schema.field(name).type, table[name]
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            column = pa.array([None if each is None else each * 3 + 1 for each in column.to_pylist()], kind)
        columns[name] = column
    columns |= {"dimension": pa.array([dimension] * len(table)), "dimension_value": pa.array([value] * len(table))}
    return pa.table(columns, schema=table.schema)


def test_late_customers_are_those_silent_beyond_their_own_rhythm(tmp_path: Path) -> None:
    def late(intervals: float) -> list[int]:
        settings = {"tiers": {"overdue_intervals": intervals}}
        with opened(whole_run.write(tmp_path / str(intervals), settings=settings), READER) as book:
            return [row["late_customers"] for row in book.query("intervals", late=intervals).to_pylist()]

    assert sum(late(0.0)) >= sum(late(1.0)) >= sum(late(2.0)) > sum(late(1000.0)) == 0


def test_who_buys_like_clockwork_is_counted(text: str) -> None:
    assert "Of the 20 customers with three purchase days or more, 25% come back like clockwork" in section(text, "when")


@pytest.mark.parametrize(
    ("counts", "hours"), [({9: 10}, (9, 9)), ({8: 1, 12: 5, 13: 5, 20: 1}, (12, 13)), ({8: 2, 10: 1, 12: 1}, (8, 8))]
)
def test_half_of_the_purchases_fall_in_the_fewest_hours(counts: dict[int, int], hours: tuple[int, int]) -> None:
    given = [{"weekday": 1, "hour": hour, "purchase_days": count} for hour, count in counts.items()]

    assert when.busy_hours(given) == hours


@pytest.mark.usefixtures("undrawn")
def test_months_of_the_year_are_compared_once_each_was_there_twice(tmp_path: Path) -> None:
    def figures(months: int) -> int:
        starts = [date(2008 + at // 12, at % 12 + 1, 1) for at in range(months)]
        rows = [{"month": start, "net_sales_minor": 100 * start.month, "whole": True} for start in starts]
        with opened(whole_run.write(tmp_path / str(months)), READER) as book:
            return len(when.year(book, pa.Table.from_pylist(rows)))

    assert (figures(23), figures(24)) == (0, 1)


def test_a_favourite_was_bought_more_than_once(text: str) -> None:
    said = section(text, "goods")

    assert "10 customers (50%) have a favourite" in said
    assert f"{made.HOSTILE} (J1) 8 3.0 25%" in said
    assert "X9 2 3.0 25%" in said
    assert "Never shown" not in said


def test_a_type_of_goods_is_liked_most_by_a_segment_large_enough(text: str) -> None:
    said = section(text, "goods-types")

    assert "Tea Champions (\u00d7 2.0) 80" in said
    assert "Books \u2013 63" in said


def test_each_unusual_purchase_says_how_it_was_unlike_the_customer(text: str) -> None:
    said = section(text, "unusual")

    assert "5 purchases of the last 91 days" in said
    assert "Spent £900; usually £10.00 to £50.00." in said
    assert "Came back after 120 days; usually after 5 to 40." in said
    assert "Came back after 1 day; usually after 20 to 40." in said
    assert f"Bought mostly {made.HOSTILE}; usually Tea." in said
    assert "Unusual in another way" not in said


def test_odds_have_two_digits_and_end_at_a_million(text: str) -> None:
    said = section(text, "unusual-table")

    assert "1 in a million, or rarer" in said
    assert "1 in 870,000" in said


@pytest.mark.parametrize(("ago", "said"), [(90, "last 91 days"), (91, "last 366 days"), (366, "")])
def test_unusual_purchases_are_recent(tmp_path: Path, ago: int, said: str) -> None:
    rows = [whole_run.odd("C00001", made.AS_OF - timedelta(days=ago), "gap", 9.0, 1.0, 3.0, 0.001)]
    changed = {"unusual_purchases": arrow(habit_tables.UNUSUAL_PURCHASES, rows)}

    with opened(whole_run.write(tmp_path / "run", changed=changed), READER) as book:
        chapter = habits.unusual(book)

    assert bool(chapter.blocks) == bool(said)
    assert said in str(chapter.blocks)


def test_a_letter_is_weighed_against_what_an_answer_brings(text: str) -> None:
    said = section(text, "mailing")

    assert "At £0.60 a letter, writing can pay for 240 of the 330 customers: on average 4.5% of them" in said
    assert "555 40 £24.00 £30.00 2.00% 1 90% 111 200 £120 £12.00 5.00% 10 10%" in said
    assert "222" not in said
    assert "takes 120 letters (£72.00); 1 groups are large enough" in said


@pytest.mark.parametrize(("customers", "rate", "needed"), [(40, 0.02, 1), (100, 0.05, 5), (101, 0.05, 6)])
def test_answers_that_pay_are_whole(customers: int, rate: float, needed: int) -> None:
    assert mailing.answers({"customers": customers, "break_even_response_rate": rate}) == needed


@pytest.mark.usefixtures("undrawn")
def test_writing_pays_for_nobody_when_no_purchase_brings_profit(tmp_path: Path) -> None:
    cells = [("111", 10, 0.5, None, False), ("555", 10, 0.5, 1.5, False)]
    changed = {
        name: pa.Table.from_pylist([one(*each) for each in cells])
        for name, one in (("rfmt_cells", whole_run.cell), ("rfmt_mailing", whole_run.mailing))
    }

    said = section(shown(whole_run.write(tmp_path / "run", changed=changed), mailing.chapter), "mailing")

    assert "writing would pay for none of the 20 customers." in said
    assert "555" not in said


def test_a_renewal_is_judged_by_the_cohorts_that_have_reached_it() -> None:
    line = contracts.observed(whole_run.survival())

    assert [round(at["share"], 4) for at in line] == [
        1.0,
        170 / 300 // 0.0001 / 10_000 + 0.0001,
        round(110 / 300, 4),
        0.3,
    ]
    assert [at["customers"] for at in line] == [300, 300, 300, 200]


def test_the_survival_expected_is_that_of_the_model_of_all(text: str) -> None:
    said = section(text, "survival-table")
    share = sbg.survival({"alpha": whole_run.ALPHA, "beta": whole_run.BETA}, 3)

    assert [f"{100 * each:.1f}%" for each in share] == re.findall(r"\d+\.\d% (\d+\.\d%)", said)


def test_contracts_say_what_they_found(text: str) -> None:
    said = section(text, "contracts")

    assert "A contract lasts 30.44 days." in said
    assert "expected to bring 4.2 more contracts" in said
    assert "Cohorts differ by more than chance" in said
    assert "56.7% renew the first time, and 30.0% are still there after 3 renewals" in said


@pytest.mark.usefixtures("undrawn")
def test_contracts_without_a_sound_fit_say_so(tmp_path: Path) -> None:
    fits = arrow(contract_tables.CONTRACT_COHORTS, whole_run.cohorts(identified=False))
    run = whole_run.write(tmp_path / "run", changed={"contract_cohorts": fits})

    said = section(shown(run, contracts.chapter), "contracts")

    assert "Too few renewals to tell." in said
    assert "more contracts" not in said


def test_buying_by_period_says_how_many_customers_are_placed_right(text: str) -> None:
    assert "Counted by periods of 91 days, the model places 97% of customers right" in section(text, "periods")


@pytest.mark.usefixtures("undrawn")
def test_periods_that_could_not_be_fitted_are_not_shown(tmp_path: Path) -> None:
    run = whole_run.write(tmp_path / "run", changed={"opportunities": whole_run.opportunities([None, None, None])})

    assert not section(shown(run, trust.chapter), "periods")


def test_losses_are_told_by_cause(text: str) -> None:
    said = section(text, "causes")

    assert re.search(r"Returns Look at what .* 1 \u2212£300 Orders too small for their delivery .* 2 \u2212£300", said)


def test_nobody_who_never_bought_can_have_stayed_away(text: str) -> None:
    table = text.split('id="moves"')[1].split("</table>")[0]

    assert re.search(r'Had not bought</th><td class="number">100%</td>.*<td class="number"></td></tr>', table)
    assert re.search(r'Best fifth</th><td class="number">60%</td>.*<td class="number">40%</td></tr>', table)


def slipped(**changed: Any) -> dict[str, Any]:
    row = {
        "mean_interpurchase_days": 24.3,
        "since_last_days": 124,
        "silence_probability": 0.0312,
        "usual_value_minor": 45_600,
        "residual_value_minor": 51_300,
        "value_at_risk_minor": 0,
    }
    return row | changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "so long a silence has a chance of 3.1%. The forecast (£513 in the next 180 days) does not count it yet."),
        ({"silence_probability": 1e-7}, "has a chance of < 0.1%."),
        (
            {"residual_value_minor": 20_000, "value_at_risk_minor": 25_600},
            "Bought every 24 days, silent for 124 days: worth £456 in the next 180 days at the usual rate, £200 as"
            " things are.",
        ),
        ({"mean_interpurchase_days": 1.2, "since_last_days": 1}, "Bought every 1 day, silent for 1 day:"),
    ],
)
def test_a_customer_who_lost_no_value_is_listed_for_the_silence(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    with opened(whole_run.write(tmp_path / "run"), READER) as book:
        assert said in slipping.reason(book, slipped(**changed))


def test_the_list_of_those_slipping_is_not_taken_for_all_of_them(tmp_path: Path) -> None:
    run = whole_run.write(tmp_path / "run", customers_count=300, settings={"tiers": {"gone_probability": 0.05}})
    listed = pq.read_table(tmp_path / "run" / "slipping" / "part-0.parquet")
    keep = listed.filter(pa.compute.equal(listed["state"], "slipping")).slice(0, 2)

    with opened(run, READER) as book:
        whole = slipping.sentence(book)
    pq.write_table(keep, tmp_path / "run" / "slipping" / "part-0.parquet")
    with opened(run, READER) as book:
        cut = slipping.sentence(book)

    count = whole.split(" ")[0]
    assert int(count) > 2
    assert cut.startswith(f"{count} valuable customers are slipping away; the 2 with most at stake have £")


@pytest.mark.usefixtures("undrawn")
def test_a_company_reads_its_own_names_of_segments(tmp_path: Path) -> None:
    rules = [
        {"code": "champions", "name": "Los de siempre", "meaning": "Nos conocen.", "recency": [4, 5]},
        {"code": "all_the_rest"},
    ]
    run = whole_run.write(tmp_path / "run", settings={"rfmt": {"segments": rules}})

    with opened(run, READER) as book:
        said = (book.segment("champions"), book.segment("all_the_rest"), book.segment("no_purchase"))
    text = shown(run, customers.chapter)

    assert said == ("Los de siempre", "All the rest", "No purchases")
    assert "Los de siempre Nos conocen." in section(text, "segments")
    assert "Champions" not in section(text, "customers")


def test_a_name_that_a_company_gave_is_not_translated() -> None:
    given = names.segments(Reader("es", "EUR"), [{"code": "a", "name": "Lost"}, {"code": "lost"}])

    assert given["a"][0] == "Lost"
    assert given["lost"][0] == "Perdidos"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ({"description": "pandas DataFrame of 1,234 rows", "format": "pandas DataFrame", "rows": 1234},
         "pandas DataFrame de 1.234 filas"),
        ({"description": "orders of 12 rows", "format": "CSV", "rows": 12}, "orders of 12 rows"),
        ({"description": "ventas.csv", "format": "CSV"}, "ventas.csv"),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_table_in_memory_is_described_in_the_language_of_the_reader(
    tmp_path: Path, source: dict[str, Any], shown: str
) -> None:
    with opened(whole_run.write(tmp_path / "run", source=source), Reader("es", "GBP")) as book:
        assert book.source == shown


@pytest.mark.usefixtures("undrawn")
def test_parameters_of_periods_are_said_to_be_in_periods(tmp_path: Path) -> None:
    run = whole_run.write(tmp_path / "run")
    file = tmp_path / "run" / "model_parameters" / "part-0.parquet"
    table = pq.read_table(file)

    before = section(shown(run, trust.chapter), "parameters")
    counted = table.slice(0, 1).set_column(table.column_names.index("model"), "model", pa.array(["bg_bb"]))
    pq.write_table(pa.concat_tables([table, counted]), file)
    after = section(shown(run, trust.chapter), "parameters")

    assert before.startswith("Parameters of maximum likelihood, time in days Model")
    assert after.startswith("Parameters of maximum likelihood, time in days; of BG/BB in periods of 91 days Model")


@pytest.mark.usefixtures("undrawn")
def test_a_part_of_the_business_whose_name_is_not_known_has_its_balance(tmp_path: Path) -> None:
    run = whole_run.write(tmp_path / "run", settings={"by": ["segment"]})
    file = tmp_path / "run" / "concentration" / "part-0.parquet"
    table = pq.read_table(file)
    unknown = table.slice(0, 1).to_pylist()[0] | {"dimension": "segment", "dimension_value": "unknown"}
    pq.write_table(pa.Table.from_pylist([*table.to_pylist(), unknown], schema=table.schema), file)

    assert re.search(r"unknown \d\d/\d\d", section(shown(run, comparison.chapter), "tiers-by-segment"))


@pytest.mark.usefixtures("undrawn")
def test_who_stayed_among_the_best_is_compared_where_the_run_knows(tmp_path: Path, text: str) -> None:
    run = whole_run.write(tmp_path / "run")
    file = tmp_path / "run" / "stability" / "part-0.parquet"
    table = pq.read_table(file)
    spain = table.to_pylist()[0] | {"dimension": "country", "dimension_value": "Spain", "top_stayed_share": 0.37}
    pq.write_table(pa.Table.from_pylist([*table.to_pylist(), spain], schema=table.schema), file)

    said = section(shown(run, comparison.chapter), "tiers-by-country")

    assert "Best who stayed" not in section(text, "tiers-by-country")
    assert re.search(r"Spain [^A-Z]* 37%", said)
    assert re.search(r"Germany [^A-Z]* \u2013", said)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("purchases", "said"), [(100, " 0.80"), (99, "")])
def test_a_forecast_is_compared_where_enough_was_bought(tmp_path: Path, purchases: int, said: str) -> None:
    run = whole_run.write(tmp_path / "run")
    file = tmp_path / "run" / "backtest" / "part-0.parquet"
    rows = pq.read_table(file).to_pylist()
    chosen = next(row for row in rows if row["chosen"])
    spain = {"dimension": "country", "dimension_value": "Spain", "origin": None, "actual_purchases": purchases}
    rows.append(chosen | spain | {"predicted_to_actual": 0.8})
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(file)), file)

    table = section(shown(run, comparison.chapter), "tiers-by-country")

    assert ("Forecast to actual" in table) == bool(said)
    assert re.search(rf"Spain( [^ ]+){{5}}{said}( |$)", table)


@pytest.mark.usefixtures("undrawn")
def test_the_calibration_shown_is_that_of_the_forecast_used(tmp_path: Path) -> None:
    run = whole_run.write(tmp_path / "run")

    with opened(run, READER) as book:
        model = trust.chosen(book)
        alone = trust.tested(book, model)
    file = tmp_path / "run" / "backtest" / "part-0.parquet"
    rows = pq.read_table(file).to_pylist()
    grouped = [row | ({"candidate": f"{model}_by_group"} if row["chosen"] else {}) for row in rows]
    pq.write_table(pa.Table.from_pylist(grouped, schema=pq.read_schema(file)), file)
    with opened(run, READER) as book:
        by_group = trust.tested(book, model)

    assert (alone, by_group) == (model, f"{model}_by_group")
