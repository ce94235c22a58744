"""The reader: his language and currency, and how words, figures, dates and money are written for him."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_compact_currency, format_compact_decimal, format_decimal, format_percent

from vinculo.foundation import language, money

NOTHING = "\u2013"
"""What stands where there is no figure: an en dash."""


@dataclass(frozen=True)
class Reader:
    """Who reads: figures follow his language, amounts are minor units of one currency.

    >>> reader = Reader("en", "GBP")
    >>> reader.money(123456789), reader.short_money(123456789), reader.share(0.2345)
    ('£1,234,568', '£1.2M', '23%')
    """

    language: str
    currency: str

    def say(self, sentence: str, **facts: object) -> str:
        """Translate an English template, then put the facts in."""
        said = language.translator(self.language)(sentence)
        return said.format(**facts) if facts else said

    def words(self, *sentences: str) -> tuple[str, ...]:
        """Translate several sentences without facts, such as the heads of columns."""
        return tuple(self.say(sentence) for sentence in sentences)

    def money(self, minor: float | None, *, whole: bool = False) -> str:
        """Write an amount in whole units, or with all its digits when it is small."""
        if minor is None:
            return NOTHING
        small = not whole and abs(minor) < 100 * money.minor_per_major(self.currency) and round(minor) != 0
        text = money.words(minor, self.currency, self.language, whole=not small)
        return text.replace("-", "\u2212").replace(" ", "\u00a0")

    def short_money(self, minor: float) -> str:
        """Write an amount for an axis: £1.2M."""
        major = minor / money.minor_per_major(self.currency)
        if abs(major) < 1000:
            return self.money(minor, whole=abs(major) >= 20 or round(major) == major)
        return self.compact(major, 1)

    def compact(self, major: float, digits: int) -> str:
        """Write an amount of major units in thousands or millions; a currency without a sign stands apart."""
        text = format_compact_currency(major, self.currency, locale=self.language, fraction_digits=digits)
        if text.endswith("M" + self.currency):
            text = text.removesuffix(self.currency) + "\u00a0" + self.currency
        return text.replace("-", "\u2212")

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a number with so many decimals."""
        if value is None:
            return NOTHING
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(round(value, digits) + 0.0, pattern, locale=self.language).replace("-", "\u2212")

    def short_number(self, value: float) -> str:
        """Write a number for an axis: 12K."""
        digits = 0 if value == round(value) and abs(value) < 1000 else 1
        return format_compact_decimal(value, locale=self.language, fraction_digits=digits).replace("-", "\u2212")

    def share(self, value: float | None, digits: int = 0) -> str:
        """Write a share as a percentage."""
        if value is None:
            return NOTHING
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + ("%" if self.language == "en" else "\u00a0%")
        return format_percent(value, pattern, locale=self.language).replace("-", "\u2212")

    def days(self, count: int) -> str:
        """Write a span of days.

        >>> Reader("en", "EUR").days(1), Reader("en", "EUR").days(1200)
        ('1 day', '1,200 days')
        """
        return self.say("1 day") if count == 1 else self.say("{days} days", days=self.number(count))

    def day(self, day: date | str | None) -> str:
        """Write a day: 9 June 2011."""
        return NOTHING if day is None else format_date(as_date(day), self.pattern("d MMMM y"), locale=self.language)

    def short_day(self, day: date | str) -> str:
        """Write a day for a table: 9 Jun 2011."""
        return format_date(as_date(day), "d MMM y", locale=self.language).replace(" ", "\u00a0")

    def headline(self, minor: float) -> str:
        """Write an amount large on the page: whole, or in millions when it would not fit."""
        major = minor / money.minor_per_major(self.currency)
        if abs(major) < 10_000_000:
            return self.money(minor)
        return self.compact(major, 2)

    def whole_month(self, day: date | str) -> str:
        """Write a month in full: June 2011."""
        return format_date(as_date(day), self.pattern("MMMM y"), locale=self.language)

    def month(self, day: date | str) -> str:
        """Write a month: Jun 2011."""
        return format_date(as_date(day), "MMM y", locale=self.language)

    def pattern(self, english: str) -> str:
        """Return the date pattern of the language: Spanish joins day, month and year with `de`."""
        return english if self.language == "en" else english.replace(" MMMM", " 'de' MMMM").replace(" y", " 'de' y")

    def moment(self, moment: datetime | str) -> str:
        """Write a moment, or one given as ISO text, with its zone: 10 June 2011, 08:15 UTC."""
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        zone = at.tzname() or ""
        # Where people have no short name for their zone, its distance stands alone: -03.
        named = f"UTC{zone}" if zone.startswith(("+", "-")) else zone
        return f"{self.day(at.date())}, {at:%H:%M}" + f"\u00a0{named}" * bool(named)

    def months(self, *, short: bool = True) -> Sequence[str]:
        """Return the names of the months, January first."""
        names = get_month_names("abbreviated" if short else "wide", context="stand-alone", locale=self.language)
        return [names[month] for month in range(1, 13)]

    def weekdays(self, *, short: bool = True) -> Sequence[str]:
        """Return the names of the days of the week, Monday first."""
        names = get_day_names("abbreviated" if short else "wide", locale=self.language)
        return [names[day] for day in range(7)]


def as_date(day: date | str) -> date:
    """Return a day given as a date, a timestamp or ISO text."""
    return date.fromisoformat(str(day)[:10])
