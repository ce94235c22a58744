from datetime import date

from vinculo.measure.charts.reader import Reader

ENGLISH, SPANISH = Reader("en", "EUR"), Reader("es", "EUR")


def test_figures_follow_the_language() -> None:
    assert ENGLISH.number(12345.678, 1) == "12,345.7"
    assert SPANISH.number(12345.678, 1) == "12.345,7"
    assert ENGLISH.share(0.2346, 1) == "23.5%"
    assert SPANISH.share(0.5) == "50\u00a0%"


def test_money_is_whole_unless_it_is_small() -> None:
    assert ENGLISH.money(123_456_789) == "€1,234,568"
    assert ENGLISH.money(4567) == "€45.67"
    assert ENGLISH.money(0) == "€0"
    assert SPANISH.money(-1_234_567) == "\u221212.346\u00a0€"


def test_money_on_an_axis_is_short() -> None:
    assert ENGLISH.short_money(20_75) == "€21"
    assert (ENGLISH.short_money(2_50), ENGLISH.short_money(5_00)) == ("€2.50", "€5")
    assert ENGLISH.short_money(250_000_00) == "€250K"
    assert ENGLISH.short_money(1_250_000_00) == "€1.2M"
    assert Reader("en", "JPY").short_money(1500) == "¥1.5K"


def test_a_currency_without_a_sign_stands_apart() -> None:
    assert Reader("es", "GBP").short_money(1_500_000_00) == "1,5\u00a0M\u00a0GBP"
    assert SPANISH.short_money(1_500_000_00) == "1,5\u00a0M€"


def test_money_in_a_headline_fits() -> None:
    assert ENGLISH.headline(999_999_900) == "€9,999,999"
    assert ENGLISH.headline(1_234_567_890) == "€12.35M"


def test_what_is_not_known_is_a_dash() -> None:
    assert (ENGLISH.money(None), ENGLISH.number(None), ENGLISH.share(None), ENGLISH.day(None)) == ("\u2013",) * 4


def test_a_negative_zero_has_no_sign() -> None:
    assert ENGLISH.number(-0.001, 1) == "0.0"


def test_dates_follow_the_language() -> None:
    day = date(2011, 6, 9)

    assert ENGLISH.day(day) == "9 June 2011"
    assert SPANISH.day("2011-06-09") == "9 de junio de 2011"
    assert (ENGLISH.whole_month(day), SPANISH.whole_month(day)) == ("June 2011", "junio de 2011")
    assert ENGLISH.moment("2011-06-10T08:15:00+00:00") == "10 June 2011, 08:15\xa0UTC"
    assert next(iter(SPANISH.weekdays(short=False))) == "lunes"


def test_facts_are_put_in_after_translation() -> None:
    assert SPANISH.say("{days} days", days=30) == "30 días"
    assert SPANISH.say("50% of {nothing} is left alone") == "50% of {nothing} is left alone"
