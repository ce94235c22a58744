"""Forms of guarantees: what is promised in what time, what is given, and the hours in which work is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinculo.programs.guarantees.hours import WEEKDAYS
from vinculo.programs.records.guarantees.published import GuaranteeDraft
from vinculo.programs.records.models import Guarantee, Program, Reward, ServiceHours
from vinculo.web.programs.form import Fields, LongText

SAME = (
    *("name_en", "name_es", "text_en", "text_es", "starts", "keeps", "measure", "amount", "late_news_minutes"),
    *("gift", "points"),
)
TEXTS = ("name_en", "name_es", "text_en", "text_es")
DAYS = dict(
    zip(
        WEEKDAYS,
        (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")),
        strict=True,
    )
)


class GuaranteeForm(Fields):
    """A guarantee: its texts in both languages, its terms and its gift."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=120)
    text_en = LongText(label=_("Text in English"), required=False)
    text_es = LongText(label=_("Text in Spanish"), required=False)
    starts = forms.CharField(label=_("What starts the clock"), max_length=60, help_text="order.placed")
    keeps = forms.CharField(label=_("What keeps it"), max_length=60, help_text="order.delivered")
    measure = forms.ChoiceField(label=_("Time is counted in"), choices=Guarantee.Measure.choices)
    amount = forms.IntegerField(label=_("Time"), min_value=0, max_value=1_000_000, initial=0)
    service_hours = forms.ChoiceField(label=_("Service hours"), required=False, help_text=_("None: every hour counts."))
    late_news_minutes = forms.IntegerField(
        label=_("Minutes in which news may come late"), min_value=0, max_value=100_000, initial=0
    )
    exclusions = forms.CharField(
        label=_("Exclusions"), required=False, max_length=400, help_text=_("Reasons published with it, by commas.")
    )
    gift = forms.ChoiceField(label=_("Gift"), choices=Guarantee.Gift.choices)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=10**12, initial=0)
    reward = forms.ChoiceField(label=_("Reward"), required=False)
    wide = ("name_en", "name_es", "text_en", "text_es", "exclusions")

    def __init__(self, *args: Any, program: Program, guarantee: Guarantee | None = None, **more: Any) -> None:
        super().__init__(*args, initial=initial_of(guarantee) if guarantee else None, **more)
        self.guarantee = guarantee
        self.order_fields(["code", "starts", "keeps", "measure", *self.wide[:4]])
        self.offer("unit", [(each.code, str(each)) for each in program.units.order_by("pk")], none=True)
        known = Reward.objects.filter(program=program).order_by("name_en")
        self.offer("reward", [(each.code, str(each)) for each in known], none=True)
        hours = ServiceHours.objects.filter(program=program).order_by("name")
        self.offer("service_hours", [(str(each.pk), each.name) for each in hours], none=True)
        if guarantee:
            del self.fields["code"]
        if guarantee and guarantee.published_from:
            # What was promised to everybody is kept: only its texts change.
            for name in [name for name in self.fields if name not in TEXTS]:
                del self.fields[name]

    @property
    def draft(self) -> GuaranteeDraft:
        """Return the guarantee as it was written; terms that are public stay as they are."""
        before = initial_of(self.guarantee) if self.guarantee else {}
        said = {**before, **self.cleaned_data}
        hours = said["service_hours"]
        return GuaranteeDraft(
            **{name: said[name] for name in SAME},
            service_hours_id=int(hours) if hours else None,
            exclusions=[each.strip() for each in said["exclusions"].split(",") if each.strip()],
            unit=said["unit"],
            reward=said["reward"],
        )


def initial_of(guarantee: Guarantee) -> dict[str, Any]:
    """Return what the form of a guarantee begins with."""
    return {
        **{name: getattr(guarantee, name) for name in SAME},
        "service_hours": str(guarantee.service_hours_id or ""),
        "exclusions": ", ".join(guarantee.exclusions),
        "unit": guarantee.unit.code if guarantee.unit else "",
        "reward": guarantee.reward.code if guarantee.reward else "",
    }


class HoursForm(Fields):
    """Hours by day of the week, written as 09:00-14:00, 16:00-20:00, and days without any."""

    name = forms.CharField(label=_("Name"), max_length=80)
    holidays = LongText(label=_("Holidays"), required=False, help_text=_("Days such as 2026-12-25, one a line."))
    wide = ("holidays",)

    def __init__(self, *args: Any, hours: ServiceHours | None = None, **more: Any) -> None:
        super().__init__(*args, initial=hours_initial(hours) if hours else None, **more)
        for code, name in DAYS.items():
            field = forms.CharField(label=name, required=False, max_length=100)
            field.widget.attrs["placeholder"] = "09:00-14:00, 16:00-20:00"
            self.fields[code] = field
        self.order_fields(["name", *DAYS, "holidays"])

    @property
    def told(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """Return the spans of each day."""
        said = {day: self.cleaned_data[day].replace("\u2013", "-") for day in DAYS}
        return {
            day: [[time.strip() for time in span.split("-")] for span in spans.split(",")]
            for day, spans in said.items()
            if spans.strip()
        }

    @property
    def free(self) -> Sequence[str]:
        """Return the days without work."""
        return str(self.cleaned_data["holidays"]).split()


def hours_initial(found: ServiceHours) -> dict[str, Any]:
    """Return what the form of service hours begins with."""
    spans = {day: ", ".join("-".join(span) for span in rows) for day, rows in found.hours.items()}
    return {"name": found.name, "holidays": "\n".join(found.holidays), **spans}
