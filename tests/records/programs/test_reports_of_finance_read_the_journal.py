"""A year of postings, reported: every report agrees with the journal, with the others, and with the wallets."""

from datetime import date

import pytest
from tests.make import finance as make

from vinculo.programs.records.finance import breakage, control, journal, owing, selectors

pytestmark = pytest.mark.usefixtures("records")
END = date(2026, 1, 1)
MONTHS = [*(date(2025, month, 1) for month in range(1, 13)), END]


def test_a_year_reconciles_to_zero_in_every_report() -> None:
    year = make.a_year()
    make.worth(year.unit, date(2024, 12, 1))
    make.worth(year.unit, date(2025, 7, 1), cost=450)
    program = year.program.pk

    (rolled,) = selectors.rollforward(program_id=program, since=MONTHS[0], until=END)
    print(rolled)
    (owed,) = owing.liability(program_id=program, until=END)
    found = control.control_totals(program_id=program)
    print(found)
    assert found.clean
    assert rolled.roll.closing == found.totals[0].wallets == owed.wallets
