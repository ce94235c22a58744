"""Sets of levels, and the page of one: its levels now, its terms by version, and levels given by hand."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vinculo.programs.members import cards
from vinculo.programs.records import approval
from vinculo.programs.records.levels import approving
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Level, LevelGrant, LevelProposal, LevelSet, LevelTerms, Program
from vinculo.web import permission
from vinculo.web.programs import door

SHOWN = 100


@require_safe
@permission.needs(door.SEE)
def set_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the sets of levels of a programme."""
    found = door.program_of(program)
    today = door.today_of(found)
    rows = [
        (each, levels.ladder_of(level_set_id=each.pk, as_of=today), approving.waiting(each))
        for each in levels.set_list(program_id=found.pk)
    ]
    return door.shown(request, found, "programs/levels/list.html", {"rows": rows})


def at_once(request: HttpRequest, program: Program) -> bool:
    """Tell whether whoever asks publishes terms at once: nobody else has to approve them."""
    return request.user.has_perm(door.APPROVE) and not approval.four_eyes(program.pk)


def set_of(program: Program, set_id: int) -> LevelSet:
    """Return a set of levels of a programme."""
    found = LevelSet.objects.filter(pk=set_id, program=program).select_related("program", "unit").first()
    if found is None:
        raise Http404
    return found


@require_safe
@permission.needs(door.SEE)
def set_page(request: HttpRequest, program: str, set_id: int) -> HttpResponse:
    """Show a set of levels."""
    found = door.program_of(program)
    level_set, today = set_of(found, set_id), door.today_of(found)
    given = LevelGrant.objects.filter(level_set=level_set, withdrawn_at=None, until_on__gte=today)
    names = {each.rank: each for each in Level.objects.filter(level_set=level_set)}
    context = {
        "set": level_set,
        "steps": levels.ladder_of(level_set_id=level_set.pk, as_of=today),
        "versions": [(each, told(each, names)) for each in levels.terms_list(level_set_id=level_set.pk)],
        "today": today,
        "waiting": approving.waiting(level_set),
        "returned": returned(level_set),
        "grants": [
            (each, names.get(each.rank), cards.shown(each.member.number))
            for each in given.select_related("member").order_by("until_on", "id")[:SHOWN]
        ],
    }
    return door.shown(request, found, "programs/levels/set.html", context)


def returned(level_set: LevelSet) -> LevelProposal | None:
    """Return the terms that were given back last, unless others followed them."""
    last = LevelProposal.objects.filter(level_set=level_set).order_by("-pk").first()
    return last if last and last.state == LevelProposal.State.RETURNED else None


def told(version: LevelTerms, names: dict[int, Level]) -> list[tuple[Level | None, int, bool]]:
    """Return the levels of a version, with what each needs and whether it is kept."""
    return [(names.get(each["rank"]), each["threshold"], each["kept"]) for each in version.said["rungs"]]
