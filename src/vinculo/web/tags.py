"""Tags: figures in templates, as the reader writes them: `{{ customer.total_value_minor|money:reader }}`."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from vinculo.foundation import money as amounts
from vinculo.foundation.retelling import Retelling
from vinculo.identify.cleaning import places
from vinculo.measure.charts.reader import NOTHING, Reader
from vinculo.measure.report import names
from vinculo.web import shell

register = template.Library()


@register.filter
def money(minor: float | None, reader: Reader) -> str:
    """Write an amount of minor units."""
    return reader.money(minor)


@register.filter
def exactly(minor: float, reader: Reader) -> str:
    """Write an amount of minor units with all its digits, as it stands in books and on receipts."""
    return amounts.words(minor, reader.currency, reader.language).replace("-", "\u2212").replace(" ", "\u00a0")


@register.filter
def number(value: float | Decimal | str | None, reader: Reader) -> str:
    """Write a whole number; of pieces that can be cut, such as 1.25 kg, the parts too."""
    cut = isinstance(value, Decimal) and value != value.to_integral_value()
    # A template writes what is not there as an empty text.
    return reader.number(None if value in (None, "") else float(value), 2 if cut else 0)


@register.filter
def decimal(value: float | None, reader: Reader) -> str:
    """Write a number with one decimal."""
    return reader.number(value, 1)


@register.filter
def share(value: float | None, reader: Reader) -> str:
    """Write a share as a percentage."""
    return reader.share(value)


@register.filter
def share1(value: float | None, reader: Reader) -> str:
    """Write a share as a percentage with one decimal; fractions too."""
    return reader.share(None if value is None else float(value), 1)


@register.filter
def share_down(value: float | None, reader: Reader) -> str:
    """Write a share of which something is lacking: never as all, nor as none of it."""
    return reader.share(min(max(value, 0.01), 0.99) if value is not None and 0 < value < 1 else value)


@register.filter
def chance(value: float, reader: Reader) -> str:
    """Write the chance that something happens: what is not certain is never written as if it were."""
    if value >= 0.995:
        return ">" + reader.share(0.99)
    return "<" + reader.share(0.01) if 0 < value < 0.005 else reader.share(value)


@register.filter
def day(value: date | datetime | str | None, reader: Reader) -> str:
    """Write a day, of a moment the one it has in the company's time zone: 9 June 2011."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return reader.day(value or None)


@register.filter
def sold_on(value: datetime, reader: Reader) -> str:
    """Write the day of a sale: orders keep the clock of where they took place, whatever the company's zone."""
    return reader.day(value.astimezone(UTC))


@register.filter
def country(code: str, reader: Reader) -> str:
    """Write the name of a country; one that was written by its name stays as it is."""
    return places.country_name(code, reader.language) or NOTHING


@register.filter
def month(value: date, reader: Reader) -> str:
    """Write a month: June 2011."""
    return reader.whole_month(value)


@register.filter
def moment(value: datetime | str | None, reader: Reader) -> str:
    """Write a moment, or one written down as ISO text, in the company's time zone: 9 June 2011, 08:15 CEST."""
    if not value:
        return NOTHING
    return reader.moment(timezone.localtime(datetime.fromisoformat(value) if isinstance(value, str) else value))


@register.filter
def time_of_day(value: datetime) -> str:
    """Write the time of a moment in the company's time zone: 08:15."""
    return f"{timezone.localtime(value):%H:%M}"


@register.simple_tag
def retold(sentence: str, teller: Any) -> str:
    """Say a sentence that a run or an import wrote down in the language of the page."""
    told = getattr(teller, "settings", None) or getattr(teller, "options", None) or {}
    spoken, currency = str(told.get("language") or "en"), str(told.get("currency") or "")
    return Retelling(spoken, shell.language(), currency)(sentence)


@register.filter
def named(code: str | None, reader: Reader) -> str:
    """Write the name of a code of ours, such as `build_loyalty`."""
    return names.of(reader, code) if code else NOTHING
