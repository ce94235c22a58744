"""Files of codes: what is wrong is told row by row, and what is no file says so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vinculo.foundation.errors import InputError
from vinculo.programs.rewards import codefile

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_will_do(delimiter: str) -> None:
    content = f'Note{delimiter}CODE{delimiter}expires_on\r\n"a"{delimiter}SUN-001{delimiter}2027-01-31\r\n'.encode()

    (row,) = codefile.read(content, TODAY).rows

    assert (row.row, row.code, row.expires_on) == (2, "SUN-001", date(2027, 1, 31))


def test_a_file_of_one_column_needs_no_delimiter() -> None:
    file = codefile.read(b"code\nSUN-001\n\nSUN-002", TODAY)

    assert [(each.row, each.code) for each in file.rows] == [(2, "SUN-001"), (4, "SUN-002")]


@pytest.mark.parametrize("content", [b"", b"name\nSUN-001\n", b"\xff\xfec\x00o\x00d\x00e\x00", b"code\n\xe9\n"])
def test_what_is_no_file_of_codes_says_so(content: bytes) -> None:
    with pytest.raises(InputError, match="file of codes"):
        codefile.read(content, TODAY)


@given(some.text(max_size=300))
def test_whatever_stands_in_it_every_row_is_taken_or_told(text: str) -> None:
    file = codefile.read(f"code\n{text}".encode("utf-8", "ignore"), TODAY)

    taken, told = {each.row for each in file.rows}, {each.row for each in file.issues}
    assert not taken & told
    assert len({each.code for each in file.rows}) == len(file.rows)
