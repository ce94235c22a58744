"""The form of a rule: every field of it, its limits in rows, its condition with what is wrong at its place."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinculo.foundation.errors import InputError
from vinculo.programs.earning import grammar
from vinculo.programs.earning import rules as ruled
from vinculo.programs.earning.grammar import ConditionError
from vinculo.programs.records.models import Program, Unit
from vinculo.web import permission
from vinculo.web.programs.rules import words
from vinculo.web.programs.setup import DayInput, DeskForm, NameInSpanish

CAPS = 3
"""Rows for limits; a rule with more keeps them, one row each."""
MOST_DAYS = 36_500
PLAIN = ("trigger", "amount", "base", "rounding", "rounded_per", "unit", "grant_class", "exclusive", "campaign",
         "priority", "pending_days", "return_days", "expires_days")  # fmt: skip
PARTS = (
    (gettext_lazy("What for"), ("code", "name", "name_es", "trigger", "subject")),
    (gettext_lazy("How many points"), ("factor", "amount", "base", "rounding", "rounded_per", "unit", "grant_class")),
    (gettext_lazy("When they count"), ("starts_on", "ends_on", "return_days", "pending_days", "expires_days")),
    (gettext_lazy("Beside other rules"), ("exclusive", "priority", "campaign")),
)
"""Fields in the order in which one thinks of them; the condition and the limits stand between."""


class RuleForm(DeskForm):
    """A rule as data."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    name_es = NameInSpanish()
    trigger = forms.ChoiceField(label=gettext_lazy("For"), choices=words.choices(words.TRIGGERS))
    subject = forms.CharField(
        label=gettext_lazy("Of what: codes, categories, countries, months:3; one a line"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    condition = forms.CharField(
        label=gettext_lazy("Only if"),
        required=False,
        max_length=grammar.LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "condition", "spellcheck": "false"}),
    )
    factor = forms.DecimalField(
        label=gettext_lazy("Number"), max_value=ruled.FIXED_MOST, decimal_places=ruled.FACTOR_DIGITS
    )
    amount = forms.ChoiceField(label=gettext_lazy("Of"), choices=words.choices(words.AMOUNTS))
    base = forms.ChoiceField(label=gettext_lazy("Amount counted"), choices=words.choices(words.BASES))
    rounding = forms.ChoiceField(label=gettext_lazy("Rounded"), choices=words.choices(words.ROUNDINGS))
    rounded_per = forms.ChoiceField(label=gettext_lazy("What is rounded"), choices=words.choices(words.ROUNDED_PER))
    unit = forms.ChoiceField(label=gettext_lazy("Points"))
    grant_class = forms.ChoiceField(label=gettext_lazy("Reported as"), choices=words.choices(words.GRANTS))
    starts_on = forms.DateField(label=gettext_lazy("In force from"), required=False, widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("No more from"), required=False, widget=DayInput())
    return_days = forms.IntegerField(
        label=gettext_lazy("Days in which goods may come back"), min_value=0, max_value=MOST_DAYS
    )
    pending_days = forms.IntegerField(label=gettext_lazy("Days pending"), min_value=0, max_value=MOST_DAYS)
    expires_days = forms.IntegerField(
        label=gettext_lazy("Lost after days (0 for never)"), min_value=0, max_value=MOST_DAYS, required=False
    )
    exclusive = forms.SlugField(label=gettext_lazy("Group of which only the best gives"), max_length=40, required=False)
    priority = forms.IntegerField(label=gettext_lazy("Priority, lower first"), min_value=0, max_value=10**6)
    campaign = forms.CharField(label=gettext_lazy("Campaign"), max_length=80, required=False)

    def __init__(self, *args: Any, program: Program, rows: int = CAPS, **named: Any) -> None:
        super().__init__(*args, **named)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [(each.code, str(each)) for each in Unit.objects.filter(program=program).order_by("id")]
        check = {
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#condition-said",
            "hx-swap": "outerHTML",
            "hx-sync": "this:replace",
        }
        self.fields["condition"].widget.attrs |= {**check, "aria-describedby": "condition-said"}
        self.rows = max(rows, CAPS)
        for row in range(self.rows):
            self.fields[f"cap_most_{row}"] = forms.IntegerField(
                label=_("At most"), required=False, min_value=1, max_value=10**12
            )
            for name, label, known in (
                ("measure", _("of"), words.MEASURES),
                ("scope", _("for"), words.SCOPES),
                ("period", _("by"), words.PERIODS),
            ):
                self.fields[f"cap_{name}_{row}"] = forms.ChoiceField(
                    label=label, required=False, choices=words.choices(known)
                )

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields by what they are about."""
        return [(title, [self[name] for name in names]) for title, names in PARTS]

    @property
    def caps(self) -> list[list[forms.BoundField]]:
        """Return the fields of limits, row by row."""
        names = ("most", "measure", "scope", "period")
        return [[self[f"cap_{name}_{row}"] for name in names] for row in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        """Read the rule; what makes no sense stands on the form, the condition's fault at the condition."""
        given = super().clean() or {}
        if not self.errors:
            try:
                ruled.read({**self.definition, "code": given["code"]}, starts_on=given["starts_on"],
                           ends_on=given["ends_on"])  # fmt: skip
            except ConditionError as error:
                self.add_error("condition", permission.said(error))
            except InputError as error:
                self.add_error(None, permission.said(error))
        return given

    @property
    def definition(self) -> dict[str, Any]:
        """Return what the rule says."""
        given = self.cleaned_data
        subject = [each.strip() for line in given["subject"].splitlines() for each in line.split(";")]
        caps = [
            {
                "scope": given[f"cap_scope_{row}"] or "member",
                "period": given[f"cap_period_{row}"] or "ever",
                given[f"cap_measure_{row}"] or "points": given[f"cap_most_{row}"],
            }
            for row in range(self.rows)
            if given[f"cap_most_{row}"]
        ]
        condition = given["condition"].replace("\0", "").strip()
        return {
            **{name: given[name] for name in PLAIN},
            "factor": str(given["factor"]),
            "subject": [each for each in subject if each],
            "condition": condition,
            "caps": caps,
        }

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """Return from when until when it is in force."""
        return self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]


def filled(definition: dict[str, Any]) -> dict[str, Any]:
    """Return what a form shows of a rule that says this."""
    rule = ruled.definition(ruled.read(definition))
    shown = {name: rule[name] for name in PLAIN} | {"factor": rule["factor"], "condition": rule["condition"]}
    for row, cap in enumerate(rule["caps"]):
        measure = "points" if cap["times"] is None else "times"
        shown |= {f"cap_most_{row}": cap[measure], f"cap_measure_{row}": measure}
        shown |= {f"cap_scope_{row}": cap["scope"], f"cap_period_{row}": cap["period"]}
    return {**shown, "subject": "\n".join(rule["subject"])}


def fault(condition: str) -> dict[str, str] | None:
    """Return what is wrong with a condition: the sentence, and the text before, at and after the place."""
    try:
        grammar.read(condition)
    except ConditionError as error:
        found = {"said": permission.said(error), "before": condition, "at": "", "after": ""}
        place = error.facts.get("at")
        if isinstance(place, int):
            start = place - 1
            end = start + max(1, len(str(error.facts.get("found", ""))))
            found |= {"before": condition[:start], "at": condition[start:end] or "\u2038", "after": condition[end:]}
        return found
    return None
