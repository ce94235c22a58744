"""Published: guarantees written, made public and ended. What was promised under one is kept under its terms.

Terms are not changed once a guarantee is public: another one takes its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Q

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.programs.guarantees import hours
from vinculo.programs.guarantees.hours import Hours
from vinculo.programs.guarantees.terms import Terms
from vinculo.programs.records.models import Guarantee, Program, Reward, ServiceHours, Unit

TEXTS = ("name_en", "name_es", "text_en", "text_es")
"""What may be changed at any time."""


@dataclass(frozen=True)
class GuaranteeDraft:
    """A guarantee as somebody writes it; `starts` and `keeps` name what happens, such as `order.placed`."""

    name_en: str
    name_es: str
    starts: str
    keeps: str
    measure: str
    amount: int = 0
    text_en: str = ""
    text_es: str = ""
    service_hours_id: int | None = None
    late_news_minutes: int = 0
    exclusions: Sequence[str] = ()
    gift: str = Guarantee.Gift.POINTS
    unit: str = "points"
    points: int = 0
    reward: str = ""
    """Code of the reward that is given; money off is given as a reward of that kind."""


def hours_set(
    *, program_id: int, name: str, told: Mapping[str, Sequence[Sequence[str]]], holidays: Sequence[str] = ()
) -> ServiceHours:
    """Write down when work is done, by day of the week, and the days on which there is none."""
    hours.read(Program.objects.get(pk=program_id).zone, told, holidays)
    found, _made = ServiceHours.objects.update_or_create(
        program_id=program_id, name=name, defaults={"hours": dict(told), "holidays": list(holidays)}
    )
    return found


def guarantee_create(*, program_id: int, code: str, draft: GuaranteeDraft, now: datetime) -> Guarantee:
    """Write a guarantee down; nothing is promised before it is published.

    Raises
    ------
    InputError
        Something is missing or makes no sense.
    """
    if Guarantee.objects.filter(program_id=program_id, code=code).exists():
        raise InputError("There is a guarantee {found} already: give this one another code.", found=code)
    made = Guarantee(program_id=program_id, code=code, created_at=now, created_by=actor.current().name)
    return write(made, draft)


def guarantee_change(*, guarantee_id: int, draft: GuaranteeDraft) -> Guarantee:
    """Change a guarantee: its texts at any time, its terms as long as it was never public."""
    guarantee = Guarantee.objects.get(pk=guarantee_id)
    if guarantee.published_from is None:
        return write(guarantee, draft)
    for name in TEXTS:
        setattr(guarantee, name, getattr(draft, name))
    guarantee.save(update_fields=TEXTS)
    return guarantee


def write(guarantee: Guarantee, draft: GuaranteeDraft) -> Guarantee:
    """Check a draft and write it."""
    program_id = guarantee.program_id
    if not draft.name_en.strip() or not draft.name_es.strip():
        raise InputError("A guarantee needs its name in English and in Spanish.")
    if not draft.starts or not draft.keeps or draft.starts == draft.keeps:
        raise InputError("A guarantee needs to know what starts its clock and what keeps it.")
    if draft.measure not in Guarantee.Measure.values or (draft.measure in ("minutes", "hours") and draft.amount < 1):
        raise InputError("A guarantee needs a time in which it is kept.")
    said = asdict(draft)
    unit, reward = said.pop("unit"), said.pop("reward")
    if draft.gift == Guarantee.Gift.POINTS:
        guarantee.unit, guarantee.reward = Unit.objects.filter(program_id=program_id, code=unit).first(), None
        if guarantee.unit is None or draft.points < 1:
            raise InputError("A guarantee needs to give something when it is broken.")
    else:
        guarantee.unit, guarantee.reward = None, Reward.objects.filter(program_id=program_id, code=reward).first()
        wrong_kind = draft.gift == Guarantee.Gift.MONEY_OFF
        if guarantee.reward is None or (wrong_kind and guarantee.reward.kind != "money_off"):
            raise InputError("A guarantee needs to give something when it is broken.")
    for name, value in said.items():
        setattr(guarantee, name, list(value) if name == "exclusions" else value)
    guarantee.save()
    return guarantee


def guarantee_publish(*, guarantee_id: int, day: date) -> None:
    """Make a guarantee public from a day on; what happens before it is not promised."""
    Guarantee.objects.filter(pk=guarantee_id, published_from=None).update(published_from=day)


def guarantee_end(*, guarantee_id: int, day: date) -> None:
    """Promise nothing more from a day on; what was promised is kept."""
    Guarantee.objects.filter(pk=guarantee_id, published_from__isnull=False).update(published_to=day)


def guarantees_for(*, program_id: int, event: str, day: date) -> list[Guarantee]:
    """Return the guarantees that are public on a day and whose clock something starts."""
    found = Guarantee.objects.filter(program_id=program_id, starts=event, published_from__lte=day)
    found = found.filter(Q(published_to=None) | Q(published_to__gt=day))
    return list(found.select_related("program", "service_hours").order_by("id"))


def hours_of(guarantee: Guarantee) -> Hours:
    """Return the hours in which the clock of a guarantee runs."""
    zone = guarantee.program.zone
    told = guarantee.service_hours
    return Hours(zone) if told is None else hours.read(zone, told.hours, told.holidays)


def terms_of(guarantee: Guarantee) -> Terms:
    """Return in what time a guarantee is kept."""
    return Terms(guarantee.measure, guarantee.amount)
