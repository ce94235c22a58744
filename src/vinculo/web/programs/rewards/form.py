"""Forms of rewards: the reward itself, prices of levels and segments, stock, and limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinculo.measure.report import names
from vinculo.programs.records.models import Level, Program, Reward, RewardLimit, RewardPrice
from vinculo.programs.records.models.rewards import KINDS
from vinculo.programs.records.rewards.catalogue import Limit, RewardDraft
from vinculo.programs.rewards.offers import Price
from vinculo.web.programs import door
from vinculo.web.programs.form import DayField, Fields, LongText, major_of, minor_of

MOST = 10**15
HOUR = 60
SAME = (
    *("kind", "name_en", "name_es", "text_en", "text_es", "picture", "points", "partner_code", "agent", "campaign"),
    *("offered_from", "offered_to", "taken", "codes"),
)
"""Fields that the reward has under the same name."""
AMOUNTS = ("amount", "cost", "fair_value")


class RewardForm(Fields):
    """A reward: its texts in both languages, what it costs members and us, its stock and its days."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=120)
    text_en = LongText(label=_("Text in English"), required=False)
    text_es = LongText(label=_("Text in Spanish"), required=False)
    picture = forms.CharField(label=_("Picture"), required=False, max_length=200)
    unit = forms.ChoiceField(label=_("Paid with"))
    points = forms.IntegerField(
        label=_("Points"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=_("Empty: only for those who have a price of their own."),
    )
    amount = forms.DecimalField(label=_("Money off"), required=False, min_value=0, max_digits=14)
    percentage = forms.DecimalField(label=_("Percentage off"), required=False, min_value=0, max_value=100, max_digits=5)
    partner_code = forms.CharField(label=_("Partner"), required=False, max_length=40)
    agent = forms.BooleanField(
        label=_("We are the partner's agent"),
        required=False,
        help_text=_("Our revenue is the commission, not all that its points bring."),
    )
    campaign = forms.CharField(label=_("Campaign"), required=False, max_length=60)
    cost = forms.DecimalField(label=_("Cost of one"), required=False, min_value=0, max_digits=14)
    fair_value = forms.DecimalField(label=_("Fair value of one"), required=False, min_value=0, max_digits=14)
    stock = forms.IntegerField(
        label=_("In stock"), required=False, min_value=0, max_value=MOST, help_text=_("Empty: it is not counted.")
    )
    offered_from = DayField(label=_("Offered from"), required=False)
    offered_to = DayField(label=_("No more from"), required=False)
    taken = forms.ChoiceField(label=_("Points are taken"), choices=Reward.Taken.choices)
    codes = forms.ChoiceField(label=_("Codes"), choices=Reward.Codes.choices, initial=Reward.Codes.GENERATED)
    good_for_hours = forms.IntegerField(label=_("Hours until it is used"), min_value=1, max_value=87_600, initial=168)
    wide = ("name_en", "name_es", "text_en", "text_es", "picture")

    def __init__(self, *args: Any, program: Program, reward: Reward | None = None, **more: Any) -> None:
        super().__init__(*args, initial=initial_of(reward, program) if reward else None, **more)
        self.program = program
        self.order_fields(["code", "kind", "unit", "points", *self.wide])
        self.offer("unit", [(code, name) for code, name in spendable(program)])
        for name in AMOUNTS:
            self.fields[name].help_text = program.currency
        if reward:
            del self.fields["code"]
            if reward.stock is not None:
                # Its stock is changed by adding to it.
                self.fields["stock"].widget = forms.HiddenInput()

    @property
    def draft(self) -> RewardDraft:
        """Return the reward as it was written."""
        said = self.cleaned_data
        percentage = said["percentage"]
        return RewardDraft(
            **{name: said[name] for name in SAME},
            unit=said["unit"],
            amount_minor=minor_of(said["amount"], self.program),
            percentage_bp=None if percentage is None else round(percentage * 100),
            cost_minor=minor_of(said["cost"], self.program) or 0,
            fair_value_minor=minor_of(said["fair_value"], self.program) or 0,
            stock=said["stock"],
            good_for_minutes=said["good_for_hours"] * HOUR,
        )


def spendable(program: Program) -> list[tuple[str, str]]:
    """Return the units rewards are paid with, by their codes."""
    return [(each.code, str(each)) for each in program.units.filter(spendable=True).order_by("pk")]


def initial_of(reward: Reward, program: Program) -> dict[str, Any]:
    """Return what the form of a reward begins with."""
    percentage = reward.percentage_bp
    return {
        **{name: getattr(reward, name) for name in SAME},
        "unit": reward.unit.code,
        "amount": major_of(reward.amount_minor, program),
        "percentage": None if percentage is None else percentage / 100,
        "cost": major_of(reward.cost_minor, program),
        "fair_value": major_of(reward.fair_value_minor, program),
        "stock": reward.stock,
        "good_for_hours": max(1, reward.good_for_minutes // HOUR),
    }


def level_names(program: Program) -> dict[str, str]:
    """Return the names of the levels of a programme by code, the lowest of each set first."""
    known = Level.objects.filter(level_set__program=program).select_related("level_set").order_by("level_set", "rank")
    return {each.code: str(each) for each in known}


def segment_names(program: Program) -> dict[str, str]:
    """Return the names of the segments that the analysis puts customers into, by code."""
    return {code: name for code, (name, _meaning) in names.segments(door.reader_of(program)).items()}


class PriceForm(Fields):
    """What those of a level or a segment pay, and since when they may have it."""

    level = forms.ChoiceField(label=_("Level"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=MOST)
    offered_from = DayField(label=_("Offered from"), required=False)

    def __init__(self, *args: Any, program: Program, **more: Any) -> None:
        super().__init__(*args, prefix="price", **more)
        self.levels, self.segments = level_names(program), segment_names(program)
        self.offer("level", self.levels.items(), none=True)
        self.offer("segment", self.segments.items(), none=True)

    def whom(self, price: RewardPrice) -> str:
        """Return whose price it is, by names."""
        level, segment = self.levels.get(price.level, price.level), self.segments.get(price.segment, price.segment)
        return " · ".join(filter(None, (level, segment)))

    @property
    def price(self) -> Price:
        """Return the price."""
        return Price(**self.cleaned_data)


class LimitForm(Fields):
    """How much may be given, of what, to whom, in which period."""

    measure = forms.ChoiceField(label=_("Counts"), choices=RewardLimit.Measure.choices)
    most = forms.DecimalField(label=_("At most"), min_value=0, max_digits=16)
    period = forms.ChoiceField(label=_("Period"), choices=RewardLimit.PERIODS)
    reward = forms.ChoiceField(label=_("Reward"), required=False)
    campaign = forms.CharField(label=_("Campaign"), required=False, max_length=60)
    per_member = forms.ChoiceField(
        label=_("Of whom"), choices=(("", _("all together")), ("each", _("each member"))), required=False
    )

    def __init__(self, *args: Any, program: Program, **more: Any) -> None:
        super().__init__(*args, **more)
        self.program = program
        known = Reward.objects.filter(program=program).order_by("name_en")
        self.offer("reward", [(str(each.pk), str(each)) for each in known], none=True)

    @property
    def limit(self) -> Limit:
        """Return the limit; one of cost is given as an amount."""
        said = self.cleaned_data
        cost = said["measure"] == RewardLimit.Measure.COST
        return Limit(
            most=minor_of(said["most"], self.program) or 0 if cost else int(said["most"]),
            measure=said["measure"],
            period=said["period"],
            reward_id=int(said["reward"]) if said["reward"] else None,
            campaign=said["campaign"],
            per_member=bool(said["per_member"]),
        )
