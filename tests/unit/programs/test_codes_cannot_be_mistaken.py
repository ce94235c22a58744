"""A code of ours catches slips of the pen, is read in any way it is written, and says nothing without its key."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vinculo.programs.rewards import codes, throttle
from vinculo.programs.rewards.codes import ALPHABET, ENTROPY_BYTES, SYMBOLS

MADE = some.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES).map(codes.from_entropy)
PLACE = some.integers(0, SYMBOLS)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(MADE, PLACE, some.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_caught(code: str, place: int, symbol: str) -> None:
    wrong = code[:place] + symbol + code[place + 1 :]

    assert codes.is_ours(code)
    assert codes.is_ours(wrong) == (wrong == code)


@given(MADE, PLACE, PLACE)
def test_two_that_changed_places_are_caught(code: str, one: int, other: int) -> None:
    symbols = list(code)
    symbols[one], symbols[other] = symbols[other], symbols[one]

    assert codes.is_ours("".join(symbols)) == ("".join(symbols) == code)


@given(MADE)
def test_a_code_is_the_same_however_it_is_written(code: str) -> None:
    written = codes.shown(code).lower().replace("0", "o").replace("1", "l").replace("-", " \u2013 ")

    assert codes.normalised(written) == code
    assert codes.digest(b"key", written) == codes.digest(b"key", code)
    assert codes.digest(b"key", code) != codes.digest(b"other", code)


@given(some.binary(min_size=16, max_size=16), some.binary(min_size=16, max_size=16))
def test_salts_make_codes_of_their_own(one: bytes, other: bytes) -> None:
    assert (codes.derived(b"key", one) == codes.derived(b"key", other)) == (one == other)


@pytest.mark.parametrize("text", ["", "ABC", "U" * 17, "0" * 18, "áéíóúáéíóúáéíóúáé"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert not codes.is_ours(text)


def test_waiting_only_grows_until_an_hour() -> None:
    waits = [throttle.wait(failures) for failures in range(200)]

    assert waits == sorted(waits)
    assert (waits[0].total_seconds(), waits[-1].total_seconds()) == (0, 3600)
