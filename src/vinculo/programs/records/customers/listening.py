"""Listening: a merge that is looked at, and persons who ask what is known or are erased, hear of programmes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vinculo.identify.records import facts

Section = tuple[str, list[dict[str, Any]]]
Row = tuple[Any, list[int]]


def listen() -> None:
    """Follow what the customer base announces; the tables are read only then."""
    facts.parties_compared.connect(compare, dispatch_uid="programs.compare")
    facts.person_collected.connect(collect_levels, dispatch_uid="programs.levels.collect")
    facts.person_erased.connect(forget, dispatch_uid="programs.members.forget")


def compare(*, sides: Sequence[Sequence[int]], **_fact: Any) -> list[Row]:
    """Say what each side of a merge has in programmes: cards, redemptions, and points of every kind."""
    from vinculo.programs.records.customers import standing
    from vinculo.programs.records.models import Member, Redemption

    cards = [list(Member.objects.filter(customer_id__in=ids, left_on=None).select_related("program")) for ids in sides]
    rows: list[Row] = [
        (_("Memberships"), [len(each) for each in cards]),
        (_("Redemptions"), [Redemption.objects.filter(customer_id__in=ids).count() for ids in sides]),
    ]
    held = [{each.unit: each.available + each.pending for each in standing.held_by(members)} for members in cards]
    programs = {member.program_id: member.program for members in cards for member in members}
    units = sorted({unit for each in held for unit in each}, key=lambda unit: unit.pk)
    rows += [(f"{programs[unit.program_id]}: {unit}", [each.get(unit, 0) for each in held]) for unit in units]
    return rows


def collect_levels(*, customer_ids: Sequence[int], **_fact: Any) -> Section:
    """Say which levels a person reached and lost, and from what it was decided."""
    from vinculo.programs.records.models import LevelChange

    found = LevelChange.objects.filter(member__customer_id__in=list(customer_ids)).order_by("id")
    columns = ("member_id", "level_set__name_en", "from_rank", "to_rank", "cause", "happened_on", "inputs")
    return "levels", list(found.values(*columns))


def forget(*, customer_ids: Sequence[int], renamed: Mapping[str, str], **_fact: Any) -> None:
    """Let an erased person leave: the journal stays, of a card that is nobody's; orders have other names now."""
    from vinculo.programs.records.ledger import members
    from vinculo.programs.records.models import Earning, Member, PointsPaid

    now = timezone.now()
    mine = Member.objects.filter(customer_id__in=list(customer_ids))
    for number in mine.exclude(state=Member.State.LEFT).values_list("pk", flat=True):
        members.member_leave(member_id=number, on=now.date(), now=now)
    for before, after in renamed.items():
        Earning.objects.filter(event=before, member__in=mine).update(event=after)
        PointsPaid.objects.filter(number=before).update(number=after)
