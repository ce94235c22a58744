"""Form: fields the forms of the desk share, and the choices a programme gives."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from vinculo.foundation import money
from vinculo.programs.records.models import Program, Unit

NONE = ("", "–")  # noqa: RUF001 # an en dash is what stands where there is nothing


class Fields(forms.Form):
    """A form of the desk: labels without a colon, wide fields where texts are long."""

    use_required_attribute = False
    wide: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **more})
        for name in self.wide:
            vars(self.fields[name])["wide"] = True

    def offer(self, name: str, choices: Iterable[tuple[str, Any]], *, none: bool = False) -> None:
        """Offer these choices, and none where nothing may be chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [NONE, *choices] if none else list(choices)


class DayField(forms.DateField):
    """A day, chosen as the browser lets one choose days."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A moment where the company is."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LongText(forms.CharField):
    """A text of several lines."""

    widget = forms.Textarea(attrs={"rows": 3})


def units_of(program: Program, **which: Any) -> list[tuple[str, str]]:
    """Return the units of a programme as choices."""
    return [(str(each.pk), str(each)) for each in Unit.objects.filter(program=program, **which).order_by("pk")]


def minor_of(amount: Decimal | None, program: Program) -> int | None:
    """Return an amount in minor units of the currency of a programme."""
    return None if amount is None else money.to_minor(amount, program.currency)


def major_of(minor: int | None, program: Program) -> Decimal | None:
    """Return minor units as an amount."""
    return None if minor is None else Decimal(minor) / money.minor_per_major(program.currency)
