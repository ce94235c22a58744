"""Contract liability of points against Example 52 of IFRS 15 (IE267 to IE270) and examples 10A and 10B of KPMG."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from vinculo.programs.finance import allocation, entries, recognition

MONTH = date(2025, 1, 1)


def pool(redeemed: int, *, price: int = 100_000) -> recognition.Pool:
    return recognition.Pool(MONTH, "purchase", 10_000, redeemed, 0, price_minor=price, value=Fraction(10_000))


def test_the_price_is_shared_as_in_ie268() -> None:
    assert allocation.split(100_000, [100_000, 9_500]) == [91_324, 8_676]


def test_two_years_of_redemptions_are_recognised_as_in_ie269_and_ie270() -> None:
    first, then = Fraction(9_500, 10_000), Fraction(9_700, 10_000)

    one = recognition.recognise(pool(4_500), first=first, now=first)
    restated = recognition.recognise(pool(4_500), first=first, now=then)
    two = recognition.recognise(pool(8_500), first=first, now=then)

    assert (one.allocated_minor, one.recognised_minor, one.owed_minor) == (8_676, 4_110, 4_566)
    assert (two.recognised_minor - one.recognised_minor, two.owed_minor) == (3_493, 1_073)
    booked = entries.entries([entries.Turn(one, restated, two)])
    assert entries.balances(booked) == {
        **dict.fromkeys(entries.ACCOUNTS, 0),
        entries.CONTRACT: 3_493,
        entries.POINTS: -3_493,
    }
    assert {entry.line for entry in booked} == {entries.TRUED_UP, entries.EARNED}


@pytest.mark.parametrize(("expected", "second"), [(9_900, 3_552), (9_200, 4_140)])
def test_a_new_estimate_is_caught_up_as_in_kpmg_10a_and_10b(expected: int, second: int) -> None:
    # KPMG gives what is allocated, 9,000: this is the value of the points that leads to it out of a price of 90,000.
    first, value = Fraction(9_700, 10_000), Fraction(90_000 * 9_000, 81_000) / Fraction(9_700, 10_000)
    sold = replace(pool(4_500, price=90_000), value=value)

    one = recognition.recognise(sold, first=first, now=first)
    two = recognition.recognise(replace(sold, redeemed=8_500), first=first, now=Fraction(expected, 10_000))

    assert (one.allocated_minor, one.recognised_minor) == (9_000, 4_175)
    assert two.recognised_minor - one.recognised_minor == second
