"""Levels read: where members stand, the steps of a set, what is ahead of a member, and why it changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.db.models import Count

from vinculo.foundation.phrases import Phrase
from vinculo.programs.levels import decision, explanation, forecast, terms
from vinculo.programs.levels.explanation import Words
from vinculo.programs.levels.forecast import Forecast
from vinculo.programs.levels.standing import Case
from vinculo.programs.records.levels import counting, deciding
from vinculo.programs.records.models import (
    Level,
    LevelChange,
    LevelGrant,
    LevelSet,
    LevelStanding,
    LevelTerms,
    Member,
)

SHOWN = 50


@dataclass(frozen=True)
class Place:
    """Where a member stands in a set; no level where none was reached."""

    member_id: int
    level_set: LevelSet
    level: Level | None
    origin: str
    since: date | None


@dataclass(frozen=True)
class Step:
    """A level of a set and what it needs."""

    level: Level
    threshold: int
    kept: bool
    members: int = 0


@dataclass(frozen=True)
class Outlook:
    """What is ahead of a member in a set, in figures and in sentences, and why the level is what it is."""

    place: Place
    counted: int
    window: tuple[date, date]
    """First and last day of what is counted now."""
    forecast: Forecast
    why: Phrase
    sentences: tuple[Phrase, ...]


@dataclass(frozen=True)
class Change:
    """A change of level and what it was decided from."""

    row: LevelChange
    before: Level | None
    after: Level | None
    why: Phrase


def standing_of(*, member_ids: Sequence[int]) -> list[Place]:
    """Return where members stand, by set; a member whose level was never decided is not among them."""
    held = LevelStanding.objects.filter(member_id__in=list(member_ids)).select_related("level_set")
    rows = list(held.order_by("level_set_id", "member_id"))
    levels = levels_by_rank(each.level_set_id for each in rows)
    return [
        Place(each.member_id, each.level_set, levels[each.level_set_id].get(each.rank), each.origin, each.since)
        for each in rows
    ]


def ranks_of(*, level_set_id: int, member_ids: Sequence[int]) -> dict[int, int]:
    """Return the ranks of members in a set, 0 for none: for conditions of rules and prices of rewards."""
    held = LevelStanding.objects.filter(level_set_id=level_set_id, member_id__in=list(member_ids))
    return dict.fromkeys(member_ids, 0) | dict(held.values_list("member_id", "rank"))


def set_list(*, program_id: int) -> list[LevelSet]:
    """Return the sets of a programme."""
    return list(LevelSet.objects.filter(program_id=program_id).select_related("unit").order_by("pk"))


def ladder_of(*, level_set_id: int, as_of: date) -> list[Step]:
    """Return the levels of a set as the terms of a day have them, the lowest first, and how many members hold each."""
    level_set = LevelSet.objects.select_related("program").get(pk=level_set_id)
    rules = deciding.rules_of(level_set)
    if rules is None:
        return []
    levels = levels_by_rank([level_set_id])[level_set_id]
    held = LevelStanding.objects.filter(level_set_id=level_set_id, member__left_on=None).order_by()
    holding = dict(held.values_list("rank").annotate(members=Count("member_id")))
    rungs = terms.in_force(rules.versions, as_of).rungs
    return [Step(levels[each.rank], each.threshold, each.kept, holding.get(each.rank, 0)) for each in rungs]


def terms_list(*, level_set_id: int) -> list[LevelTerms]:
    """Return the versions of the terms of a set, the latest first."""
    found = LevelTerms.objects.filter(level_set_id=level_set_id).select_related("proposal")
    return list(found.order_by("-version"))


def grant_list(*, member_id: int) -> list[LevelGrant]:
    """Return the levels a member was given by hand, the latest first."""
    return list(LevelGrant.objects.filter(member_id=member_id).select_related("level_set").order_by("-id"))


def forecast_of(*, member: Member, as_of: date, language: str = "en") -> list[Outlook]:
    """Return what is ahead of a member in each set of the programme, worked out from the journal as of a day."""
    sets = LevelSet.objects.filter(program_id=member.program_id).select_related("program").order_by("pk")
    decided = {level_set: rules for level_set in sets if (rules := deciding.rules_of(level_set)) is not None}
    levels = levels_by_rank(each.pk for each in decided)
    standings = {each.level_set_id: each for each in LevelStanding.objects.filter(member=member)}
    found = []
    for level_set, rules in decided.items():
        counts = counting.counts_of(level_set, [member.pk])[member.pk]
        unknown = LevelStanding(level_set=level_set, member=member, origin="")
        held = standings.get(level_set.pk, unknown)
        case = rules.case(counts, member.joined_on, as_of)
        found.append(outlook(case, level_set, held, levels[level_set.pk], language))
    return found


def outlook(
    case: Case, level_set: LevelSet, held: LevelStanding, levels: Mapping[int, Level], language: str
) -> Outlook:
    """Return what is ahead of a member in one set; one without an origin was never decided, and stands as earned."""
    spoken = words(levels, language)
    stands = decision.decide(case)
    rank, origin, since = (held.rank, held.origin, held.since) if held.origin else (stands.rank, "earned", stands.since)
    ahead = forecast.ahead(case, stands)
    changes = LevelChange.objects.filter(level_set=level_set, member_id=held.member_id).order_by("-id")
    last = changes.first() if origin != "earned" else None
    if last is None:
        why = explanation.why("fell" if stands.fell else "reached", stands.rank, explanation.inputs(stands.evidence),
                              spoken)  # fmt: skip
    else:
        why = explanation.why(last.cause, last.to_rank, last.inputs, spoken)
    place = Place(held.member_id, level_set, levels.get(rank), origin, since)
    window = (stands.window.begins, stands.window.ends)
    return Outlook(place, stands.counted, window, ahead, why, tuple(explanation.ahead(ahead, spoken)))


def changes_of(*, member_id: int, language: str = "en") -> list[Change]:
    """Return the changes of a member's levels, the latest first, each with why."""
    rows = list(LevelChange.objects.filter(member_id=member_id).select_related("level_set").order_by("-id")[:SHOWN])
    levels = levels_by_rank(each.level_set_id for each in rows)
    found = []
    for row in rows:
        known = levels[row.level_set_id]
        why = explanation.why(row.cause, row.to_rank, row.inputs, words(known, language))
        found.append(Change(row, known.get(row.from_rank), known.get(row.to_rank), why))
    return found


def levels_by_rank(set_ids: Any) -> Mapping[int, dict[int, Level]]:
    """Return the levels of sets, by rank."""
    found: dict[int, dict[int, Level]] = defaultdict(dict)
    for level in Level.objects.filter(level_set_id__in=set(set_ids)):
        found[level.level_set_id][level.rank] = level
    return found


def words(levels: Mapping[int, Level], language: str) -> Words:
    """Return how levels and days are written in a language."""
    names = {rank: level.name_in(language) for rank, level in levels.items()}
    return Words(names, lambda day: format_date(day, "d MMMM y" if language == "en" else "long", locale=language))
