"""Forms of levels: a new set, and its terms with a row for each level."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinculo.foundation import money
from vinculo.programs.levels.terms import GRACE_DAYS, Fall
from vinculo.programs.records.levels.services import NewLevel, NewSet, NewTerms
from vinculo.programs.records.models import Level, LevelSet, LevelTerms, Program, Unit
from vinculo.web.programs.setup import DayInput, DeskForm

NEW_ROWS, MOST_RANK = 2, 1000
FALLS = (
    (Fall.ONE_DOWN, gettext_lazy("one level down")),
    (Fall.TO_BALANCE, gettext_lazy("to the level that was counted")),
    (Fall.NEVER, gettext_lazy("never down")),
)


class SetForm(DeskForm):
    """A set of levels: what is counted and when, which never changes."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name, English"), max_length=80)
    name_es = forms.CharField(label=gettext_lazy("Name, Spanish"), max_length=80)
    basis = forms.ChoiceField(label=gettext_lazy("Counts"), choices=LevelSet.Basis.choices)
    unit_id = forms.TypedChoiceField(
        label=gettext_lazy("Points that decide levels"), coerce=int, empty_value=None, required=False
    )
    window = forms.ChoiceField(label=gettext_lazy("In"), choices=LevelSet.Window.choices)
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=60)
    first_month = forms.IntegerField(label=gettext_lazy("First month (1 to 12)"), min_value=1, max_value=12)
    carries = forms.BooleanField(label=gettext_lazy("A company has the level of its people"), required=False)

    def __init__(self, *args: Any, program: Program, **named: Any) -> None:
        super().__init__(*args, **named)
        unit = self.fields["unit_id"]
        assert isinstance(unit, forms.TypedChoiceField)
        qualifying = Unit.objects.filter(program=program, qualifying=True).order_by("id")
        unit.choices = [("", "–"), *((each.pk, str(each)) for each in qualifying)]  # noqa: RUF001 # nothing

    @property
    def new(self) -> NewSet:
        """Return what was said."""
        said = self.cleaned_data
        return NewSet(**{**said, "unit_id": said["unit_id"] if said["basis"] == LevelSet.Basis.POINTS else None})


class TermsForm(DeskForm):
    """Terms of a set: a row a level; a row without a threshold is no level of these terms."""

    fall = forms.ChoiceField(label=gettext_lazy("A level that is not confirmed falls"), choices=FALLS)
    grace_days = forms.IntegerField(label=gettext_lazy("Days of grace"), min_value=0, max_value=GRACE_DAYS)
    begins_on = forms.DateField(label=gettext_lazy("In force from"), required=False, widget=DayInput())

    def __init__(self, *args: Any, level_set: LevelSet, levels: Sequence[Level], **named: Any) -> None:
        super().__init__(*args, **named)
        self.level_set, self.levels = level_set, list(levels)
        self.in_money = level_set.basis == LevelSet.Basis.SPEND
        places = 2 if self.in_money else 0
        for row in range(len(self.levels) + NEW_ROWS):
            self.fields[f"rank_{row}"] = forms.IntegerField(
                label=_("Rank"), min_value=1, max_value=MOST_RANK, required=False
            )
            self.fields[f"code_{row}"] = forms.SlugField(label=_("Code"), max_length=40, required=False)
            self.fields[f"name_en_{row}"] = forms.CharField(label=_("English"), max_length=80, required=False)
            self.fields[f"name_es_{row}"] = forms.CharField(label=_("Spanish"), max_length=80, required=False)
            self.fields[f"threshold_{row}"] = forms.DecimalField(
                label=_("Needs"), min_value=0, max_digits=14, decimal_places=places, required=False
            )
            self.fields[f"kept_{row}"] = forms.BooleanField(label=_("never below"), required=False)
            if row < len(self.levels):
                self.fields[f"rank_{row}"].disabled = self.fields[f"code_{row}"].disabled = True

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of levels, row by row."""
        names = ("rank", "code", "name_en", "name_es", "threshold", "kept")
        return [[self[f"{name}_{row}"] for name in names] for row in range(len(self.levels) + NEW_ROWS)]

    def clean(self) -> dict[str, Any]:
        """Ask for the names of every level that is named."""
        given = super().clean() or {}
        for row in range(len(self.levels) + NEW_ROWS):
            if given.get(f"threshold_{row}") is None:
                continue
            for name in ("rank", "code", "name_en", "name_es"):
                if not given.get(f"{name}_{row}") and f"{name}_{row}" not in self.errors:
                    self.add_error(f"{name}_{row}", _("A level needs this."))
        return given

    @property
    def new(self) -> NewTerms:
        """Return the terms that were written."""
        given = self.cleaned_data
        rows = [row for row in range(len(self.levels) + NEW_ROWS) if given[f"threshold_{row}"] is not None]
        levels = [
            NewLevel(
                given[f"rank_{row}"],
                given[f"code_{row}"],
                given[f"name_en_{row}"],
                given[f"name_es_{row}"],
                self.counted(given[f"threshold_{row}"]),
                given[f"kept_{row}"],
            )
            for row in rows
        ]
        ordered = sorted(levels, key=lambda each: each.rank)
        return NewTerms(ordered, given["fall"], given["grace_days"], given["begins_on"])

    def counted(self, threshold: Decimal) -> int:
        """Return a threshold as it is counted: money in minor units."""
        return money.to_minor(threshold, self.level_set.program.currency) if self.in_money else int(threshold)


def filled(level_set: LevelSet, levels: Sequence[Level], last: LevelTerms | None) -> dict[str, Any]:
    """Return what the form shows at first: the latest terms."""
    said: dict[str, Any] = last.said if last else {"rungs": [], "fall": Fall.ONE_DOWN, "grace_days": 0}
    rungs = {each["rank"]: each for each in said["rungs"]}
    per = money.minor_per_major(level_set.program.currency) if level_set.basis == LevelSet.Basis.SPEND else 1
    shown: dict[str, Any] = {"fall": said["fall"], "grace_days": said["grace_days"]}
    for row, level in enumerate(levels):
        shown |= {f"rank_{row}": level.rank, f"code_{row}": level.code}
        shown |= {f"name_en_{row}": level.name_en, f"name_es_{row}": level.name_es}
        if rung := rungs.get(level.rank):
            shown |= {f"threshold_{row}": Decimal(rung["threshold"]) / per, f"kept_{row}": rung["kept"]}
    return shown
