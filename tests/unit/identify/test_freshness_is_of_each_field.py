"""Freshness: each field ages at its own speed, and the source that stays fresh longest counts."""

from datetime import UTC, datetime, timedelta

import pytest

from vinculo.identify.quality import faults, freshness, scores
from vinculo.identify.quality.faults import HELD, MARKS, OLD

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ([], None),
        ([(NOW, 30)], NOW + timedelta(days=30)),
        ([(NOW - timedelta(days=100), 365), (NOW, 30)], NOW + timedelta(days=265)),
        ([(NOW, 30), (NOW - timedelta(days=9999), None)], None),
    ],
)
def test_a_value_is_stale_when_all_who_said_it_are(
    said: list[tuple[datetime, int | None]], since: datetime | None
) -> None:
    assert freshness.stale_since(said) == since


def test_only_what_is_held_goes_stale_and_each_field_by_itself() -> None:
    held, marks = HELD["email"] | HELD["lines"], MARKS["email", OLD] | MARKS["phone", OLD]

    found = scores.scores([(held, marks, 3), (held | HELD["role"], MARKS["role", OLD], 2)])

    assert freshness.stale(held, marks) == ["email"]
    assert {name: each.measures["fresh"].failing for name, each in found.items() if each.held} == {
        "record": 0,
        "email": 3,
        "lines": 0,
        "role": 2,
    }
    # Nobody is asked for a role who has none.
    assert (found["role"].customers, found["role"].score, list(found["role"].measures)) == (2, 0.0, ["fresh"])


def test_sources_together_find_old_only_what_all_who_hold_it_find_old() -> None:
    unheld = faults.AGED & ~MARKS[faults.RECORD, OLD]
    one = HELD["email"], unheld
    other = HELD["phone"], unheld & ~MARKS["phone", OLD]

    held, marks = faults.together([one, other])

    assert freshness.stale(held, marks) == ["email"]
    assert faults.together([one]) == one
    assert set(freshness.DAYS) == {faults.RECORD, *faults.FIELDS}
    assert all(freshness.DAYS[name] is None for name in ("name", "tax_id", "birth_on"))
