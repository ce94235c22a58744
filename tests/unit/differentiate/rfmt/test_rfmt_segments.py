"""Named segments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.differentiate.rfmt import scores, segments
from vinculo.differentiate.rfmt.segments import Rule
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import translator

REST = Rule("rest", "Rest", "Everybody else.")
LATE = Rule("late", "Late", "", time=(4, 5))


def test_every_cell_has_a_segment_and_every_rule_some_cell() -> None:
    naming = segments.name_cells()

    assert naming.warnings == ()
    assert len(naming.of_cell) == 625
    assert {naming.codes[number] for number in naming.of_cell} == set(segments.names()) - {"no_purchase"}


@pytest.mark.parametrize("bins", [2, 3, 4])
def test_fewer_bins_are_covered_too(bins: int) -> None:
    naming = segments.name_cells(bins=bins)

    assert naming.segment(str(bins) * 4) == "champions"
    assert naming.segment("1111") == "lost"


@pytest.mark.parametrize(
    ("code", "segment"),
    [
        ("5555", "champions"),
        ("4441", "champions"),
        ("5511", "loyal"),
        ("3554", "loyal"),
        ("3555", "need_attention"),
        ("5331", "potential_loyalist"),
        ("5151", "promising"),
        ("5111", "new"),
        ("3331", "need_attention"),
        ("3111", "about_to_sleep"),
        ("1555", "cannot_lose"),
        ("1511", "at_risk"),
        ("2241", "at_risk"),
        ("2111", "hibernating"),
        ("1111", "lost"),
    ],
)
def test_a_cell_has_the_segment_of_the_tradition(code: str, segment: str) -> None:
    assert segments.name_cells().segment(code) == segment


def test_555_is_champions_whatever_later_rules_say() -> None:
    rules = (*segments.RULES, Rule("loyal", "Loyal", "", (5, 5), (5, 5), (5, 5)))

    naming = segments.name_cells(rules)

    assert naming.segment("5555") == "champions"
    assert naming.warnings == ("Segment rule 14 (loyal) can never match: earlier rules take all its cells.",)


ranges = st.tuples(st.integers(1, 5), st.integers(1, 5)).map(lambda ends: (min(ends), max(ends)))
rules = st.lists(st.builds(Rule, st.sampled_from("abcdef"), st.just(""), st.just(""), ranges, ranges, ranges, ranges))


@given(rules=rules, cell=st.tuples(*[st.integers(1, 5)] * 4))
def test_the_first_rule_that_matches_wins(rules: list[Rule], cell: tuple[int, ...]) -> None:
    naming = segments.name_cells([*rules, REST])

    wanted = next(
        rule.code
        for rule in [*rules, REST]
        if all(
            getattr(rule, letter)[0] <= score <= getattr(rule, letter)[1]
            for letter, score in zip(Rule.letters, cell, strict=True)
        )
    )
    assert naming.segment("".join(map(str, cell))) == wanted


def test_uncovered_cells_are_named() -> None:
    with pytest.raises(segments.UncoveredCellsError) as refused:
        segments.name_cells([Rule("most", "", "", recency=(2, 5)), Rule("more", "", "", frequency=(2, 5))])

    assert refused.value.sentence.startswith("25 cells of RFMT match no segment rule (111*, 112*, 113*, 114*, 115*)")
    assert len(refused.value.facts["cells"]) == 25


def test_cells_uncovered_for_some_times_only_are_named_in_full() -> None:
    with pytest.raises(segments.UncoveredCellsError, match=r"\(1111, 1112, 1113\)"):
        segments.name_cells([Rule(letter, "", "", **{letter: (2, 5)}) for letter in Rule.letters[:3]] + [LATE])


def test_customers_are_looked_up_by_their_cell() -> None:
    found = {column: np.array(values, np.int8) for column, values in zip(scores.COLUMNS, [[5, 1, 1]] * 4, strict=True)}
    found["has_purchase"] = np.array([True, True, False])

    assigned = segments.assign(found, segments.name_cells())

    assert assigned.to_pylist() == ["champions", "lost", "no_purchase"]


def test_a_companys_own_rules_are_read_in_order() -> None:
    own = segments.read([{"code": "vip", "recency": [4, 5], "monetary": [5, 5]}, {"code": "rest", "name": "Others"}])

    naming = segments.name_cells(own)

    assert [naming.segment(code) for code in ("5151", "5141")] == ["vip", "rest"]
    assert segments.names(own)["rest"] == ("Others", "")


@pytest.mark.parametrize(
    "row",
    [
        {"name": "no code"},
        {"code": "x", "recensy": [1, 2]},
        {"code": "x", "recency": [0, 5]},
        {"code": "x", "time": [4, 2]},
        {"code": "x", "time": [4]},
        {"code": "x", "time": 4},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        segments.read([row])


def test_every_name_and_meaning_is_said_in_spanish() -> None:
    spanish = translator("es")

    for name, meaning in segments.names().values():
        assert spanish(name) != name
        assert spanish(meaning) != meaning
