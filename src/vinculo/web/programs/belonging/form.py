"""Forms of belonging: words in both languages, and what is to be done for what."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vinculo.programs.belonging.referrals import Plan
from vinculo.programs.records.belonging.ballots import Wording
from vinculo.programs.records.belonging.drafting import ChallengeDraft, Gift, StreakDraft
from vinculo.programs.records.models import Badge, Ballot, Challenge, Level, LevelSet, Program, Streak
from vinculo.web.programs.form import DayField, Fields, LongText, MomentField, major_of, minor_of, units_of

WORDS = ("name_en", "name_es", "about_en", "about_es")
MOST = 10**12


class WordsForm(Fields):
    """A name and a text in both languages."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=80)
    about_en = LongText(label=_("Text in English"), required=False)
    about_es = LongText(label=_("Text in Spanish"), required=False)
    wide: ClassVar[Sequence[str]] = WORDS

    def __init__(self, *args: Any, known: Any = None, **more: Any) -> None:
        initial = {name: getattr(known, name) for name in ("code", *WORDS)} if known else {}
        super().__init__(*args, initial={**initial, **(more.pop("initial", None) or {})}, **more)
        if known:
            self.fields["code"].widget.attrs["readonly"] = True

    @property
    def wording(self) -> Wording:
        """Return the words."""
        return Wording(*(self.cleaned_data[name] for name in WORDS))


class BadgeForm(WordsForm):
    """A badge: its words, and for what it is given by itself."""

    level = forms.ChoiceField(
        label=_("Given at the level"),
        required=False,
        help_text=_("Empty: only for challenges and streaks that name it."),
    )
    years = forms.IntegerField(label=_("Given after years as a customer"), required=False, min_value=1, max_value=100)

    def __init__(self, *args: Any, program: Program, known: Badge | None = None, **more: Any) -> None:
        initial = {"level": str(known.level_id or ""), "years": known.years} if known else {}
        super().__init__(*args, known=known, initial=initial, **more)
        levels = Level.objects.filter(level_set__program=program).order_by("level_set", "rank")
        self.offer("level", [(str(each.pk), str(each)) for each in levels], none=True)

    @property
    def given(self) -> dict[str, int | None]:
        """Return for what it is given by itself."""
        level = self.cleaned_data["level"]
        return {"level_id": int(level) if level else None, "years": self.cleaned_data["years"]}


class GiftForm(WordsForm):
    """What brings points, a badge, or both."""

    def __init__(self, *args: Any, program: Program, known: Any = None, **more: Any) -> None:
        super().__init__(*args, known=known, **more)
        self.program = program
        self.offer("unit", units_of(program), none=True)
        badges = Badge.objects.filter(program=program).order_by("code")
        self.offer("badge", [(str(each.pk), str(each)) for each in badges], none=True)

    @property
    def gift(self) -> Gift:
        """Return what it brings."""
        unit, badge = self.cleaned_data["unit"], self.cleaned_data["badge"]
        return Gift(int(unit) if unit else None, int(badge) if badge else None)


def given(known: Challenge | Streak) -> dict[str, str]:
    """Return the unit and the badge of something as choices."""
    return {"unit": str(known.unit_id or ""), "badge": str(known.badge_id or "")}


class ChallengeForm(GiftForm):
    """A challenge: what is counted, how much of it, between which days, and what it brings."""

    goal = forms.ChoiceField(label=_("Goal"), choices=Challenge.Goal.choices)
    target = forms.DecimalField(label=_("Target"), min_value=0, max_digits=14)
    products = forms.CharField(label=_("Codes of products"), required=False, max_length=1000, help_text=_("By commas."))
    event = forms.CharField(label=_("Name of the event"), required=False, max_length=120)
    begins_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=2_000_000_000, initial=0)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    badge = forms.ChoiceField(label=_("Badge"), required=False)

    def __init__(self, *args: Any, program: Program, known: Challenge | None = None, **more: Any) -> None:
        initial: dict[str, Any] = {}
        if known:
            same = ("goal", "event", "begins_on", "ends_on", "points")
            target = major_of(known.target, program) if known.goal == Challenge.Goal.SPEND else known.target
            initial = {name: getattr(known, name) for name in same} | given(known)
            initial |= {"target": target, "products": ", ".join(known.products)}
        super().__init__(*args, program=program, known=known, initial=initial, **more)

    @property
    def draft(self) -> ChallengeDraft:
        """Return the challenge; what is to be spent is given as an amount."""
        said = self.cleaned_data
        spend = said["goal"] == Challenge.Goal.SPEND
        return ChallengeDraft(
            goal=said["goal"],
            target=minor_of(said["target"], self.program) or 0 if spend else int(said["target"]),
            begins_on=said["begins_on"],
            ends_on=said["ends_on"],
            event=said["event"],
            products=[each.strip() for each in said["products"].split(",") if each.strip()],
            points=said["points"],
        )


class StreakForm(GiftForm):
    """A streak: what is done in every step, how many may be missed, and what each length brings."""

    every = forms.ChoiceField(label=_("Every"), choices=Streak.Every.choices)
    event = forms.CharField(
        label=_("Name of the event"), required=False, max_length=120, help_text=_("Empty: a purchase.")
    )
    grace = forms.IntegerField(label=_("Steps that may be missed"), min_value=0, max_value=50, initial=0)
    begins_on = DayField(label=_("From"))
    rewards = forms.RegexField(
        r"^\s*\d{1,4}\s*:\s*\d{1,9}\s*(,\s*\d{1,4}\s*:\s*\d{1,9}\s*)*$",
        label=_("Points by length"),
        help_text=_("Such as 3:50, 6:150 for 50 points after 3 steps and 150 after 6."),
        max_length=400,
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    badge = forms.ChoiceField(label=_("Badge"), required=False)

    def __init__(self, *args: Any, program: Program, known: Streak | None = None, **more: Any) -> None:
        initial: dict[str, Any] = {}
        if known:
            initial = {name: getattr(known, name) for name in ("every", "event", "grace", "begins_on")} | given(known)
            initial["rewards"] = ", ".join(f"{length}:{points}" for length, points in known.rewards)
        super().__init__(*args, program=program, known=known, initial=initial, **more)

    @property
    def draft(self) -> StreakDraft:
        """Return the streak."""
        said = self.cleaned_data
        pairs = [each.split(":") for each in said["rewards"].split(",")]
        rewards = [(int(length), int(points)) for length, points in pairs]
        return StreakDraft(said["every"], said["begins_on"], said["event"], said["grace"], rewards)


class BallotForm(WordsForm):
    """A question to the members with its answers, one a line in both languages."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Ballot.Kind.choices)
    opens_at = MomentField(label=_("Opens"))
    closes_at = MomentField(label=_("Closes"))
    options = LongText(label=_("Answers"), max_length=4000, help_text=_("One a line: English | Spanish."), strip=True)
    wide = (*WORDS, "options")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["code"]

    @property
    def answers(self) -> list[Wording]:
        """Return the answers; one that is given once is the same in both languages."""
        found = []
        for line in self.cleaned_data["options"].splitlines():
            english, _bar, spanish = (each.strip()[:80] for each in line.partition("|"))
            if english or spanish:
                found.append(Wording(english or spanish, spanish or english))
        return found


class PlanForm(Fields):
    """What is given for referrals, on how many levels, and what keeps it from being abused."""

    unit = forms.ChoiceField(label=_("Unit"))
    rewards = forms.RegexField(
        r"^\s*\d{1,9}\s*(,\s*\d{1,9}\s*)*$",
        label=_("Points by level"),
        max_length=200,
        help_text=_("Such as 100, 20: for who brought the member, and for who brought that one."),
    )
    welcome = forms.IntegerField(label=_("Points for the new member"), min_value=0, max_value=2_000_000_000, initial=0)
    window_days = forms.IntegerField(label=_("Days until paid"), min_value=0, max_value=1000, initial=30)
    minimum = forms.DecimalField(label=_("First purchase at least"), min_value=0, max_digits=12, initial=1)
    cap = forms.IntegerField(label=_("Rewards a month at most"), min_value=1, max_value=10_000, initial=10)
    velocity = forms.IntegerField(label=_("Suspected if more than"), min_value=1, max_value=10_000, initial=5)
    velocity_days = forms.IntegerField(label=_("within days"), min_value=1, max_value=1000, initial=7)

    def __init__(self, *args: Any, program: Program, **more: Any) -> None:
        super().__init__(*args, **more)
        self.program = program
        self.offer("unit", units_of(program))
        self.fields["minimum"].help_text = program.currency

    @property
    def plan(self) -> Plan:
        """Return the plan; what makes no sense is refused by its rules."""
        said = self.cleaned_data
        same = ("welcome", "window_days", "cap", "velocity", "velocity_days")
        rewards = tuple(int(each) for each in said["rewards"].split(","))
        minimum = max(1, minor_of(said["minimum"], self.program) or 0)
        return Plan(rewards, minimum_minor=minimum, **{name: said[name] for name in same})


class EarlyForm(Fields):
    """Who may see or buy something before everybody else, by the levels of a set."""

    subject = forms.CharField(label=_("Of what"), max_length=120, help_text=_("The code of a product or reward."))
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=80)
    public_on = DayField(label=_("For everybody from"))

    def __init__(self, *args: Any, level_set: LevelSet, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ranks = list(Level.objects.filter(level_set=level_set).order_by("rank"))
        for each in self.ranks:
            label = _("{level} from").format(level=each)
            self.fields[f"rank_{each.rank}"] = DayField(label=label, required=False)

    @property
    def by_rank(self) -> dict[int, Any]:
        """Return the days by rank."""
        days = {each.rank: self.cleaned_data[f"rank_{each.rank}"] for each in self.ranks}
        return {rank: day for rank, day in days.items() if day}
