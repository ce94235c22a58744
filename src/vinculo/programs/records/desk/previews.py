"""Previews: what new terms of a set of levels would do to its members; nothing is written."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Mod

from vinculo.programs.levels import decision
from vinculo.programs.levels.standing import Case
from vinculo.programs.levels.terms import Terms
from vinculo.programs.levels.windows import Kind, Window
from vinculo.programs.records.levels import counting, deciding
from vinculo.programs.records.models import LevelSet, Member

MOST, AT_ONCE = 10_000, 2_000
"""So many members are worked out; of more, every n-th by number."""


@dataclass(frozen=True)
class Column:
    """How many members each level would have, by rank, and how many would stand higher and lower than they do."""

    by_rank: dict[int, int]
    higher: int
    lower: int


@dataclass(frozen=True)
class Preview:
    """Levels as they are, on the day new terms begin if nothing more counts, and as if they had always held."""

    members: int
    every: int
    """One of so many members was worked out."""
    now: dict[int, int]
    begins: Column
    always: Column


def preview(level_set: LevelSet, new: Terms, *, as_of: date) -> Preview:
    """Return what new terms would do to the levels that members earn; those given by hand or of a group stay out."""
    found = deciding.rules_of(level_set)
    window = Window(Kind(level_set.window), level_set.months, level_set.first_month)
    old = found.versions if found else ()
    taking_part = Member.objects.filter(program_id=level_set.program_id, left_on=None, kind__in=("person", "company"))
    total = taking_part.count()
    every = max(1, -(-total // MOST))
    some = taking_part.annotate(left=Mod(F("id"), Value(every))).filter(left=0).order_by("id")
    chosen = list(some.values_list("id", "joined_on"))
    now: Counter[int] = Counter()
    ranks: list[tuple[int, int, int]] = []
    begins_on = max(new.begins_on, as_of)
    for start in range(0, len(chosen), AT_ONCE):
        part = dict(chosen[start : start + AT_ONCE])
        counts = counting.counts_of(level_set, list(part))
        for member_id, joined_on in part.items():
            given = (window, counts[member_id], joined_on)
            before = decision.decide(Case(old, *given, as_of)).rank if old else 0
            first = decision.decide(Case((*old, new), *given, begins_on)).rank
            always = decision.decide(Case((new,), *given, as_of)).rank
            now[before] += 1
            ranks.append((before, first, always))
    return Preview(len(ranks), every, dict(now), column(ranks, 1), column(ranks, 2))


def column(ranks: list[tuple[int, int, int]], place: int) -> Column:
    """Count members by the level they would have."""
    return Column(
        dict(Counter(each[place] for each in ranks)),
        sum(each[place] > each[0] for each in ranks),
        sum(each[place] < each[0] for each in ranks),
    )
