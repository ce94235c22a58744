"""Members listed, searched as one types, filtered by level and state, taken out as CSV and as a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vinculo.measure import sheets
from vinculo.measure.sheets import Cell
from vinculo.programs.records.desk import glance, listing
from vinculo.programs.records.desk.listing import Asked
from vinculo.programs.records.models import Level, LevelSet, Member, Program, Unit
from vinculo.web import permission, shell
from vinculo.web.programs import door

LONGEST = 100
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT = ("staff.member_view", "staff.customer_export")


@require_safe
@permission.needs("staff.member_view")
def member_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show a page of members; only its rows, when the search asks as one types."""
    found = door.program_of(program)
    asked = asked_of(request, found)
    after = request.GET.get("after", "")
    page = listing.page_of(asked, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
    units, sets = listing.units_of(found.pk), listing.sets_of(found.pk)
    kept = {"q": asked.search, "state": asked.state, "level": asked.level.pk if asked.level else ""}
    query = urlencode({name: value for name, value in kept.items() if value})
    context: dict[str, Any] = {
        "asked": asked,
        "units": units,
        "sets": sets,
        "rows": [shown(row, units, sets, personal=asked.personal) for row in page.rows],
        "next": f"{query}&after={page.next}" if page.next else "",
        "query": query,
    }
    if request.headers.get("HX-Target") == "people":
        return render(request, "programs/members/rows.html", {"program": found, "reader": door.reader_of(found),
                                                              **context})  # fmt: skip
    levels = Level.objects.filter(level_set__program=found).select_related("level_set").order_by("level_set", "rank")
    context |= {"levels": levels, "states": Member.State.choices, "counts": glance.members_by_state(found.pk)}
    return door.shown(request, found, "programs/members/list.html", context)


def asked_of(request: HttpRequest, program: Program) -> Asked:
    """Return whom the address asks for."""
    search = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    state, level = request.GET.get("state", ""), request.GET.get("level", "")
    known = Level.objects.filter(level_set__program=program)
    return Asked(
        program.pk,
        search,
        state if state in Member.State.values else "",
        known.filter(pk=int(level)).first() if level.isdecimal() and len(level) < 19 else None,
        request.user.has_perm("staff.personal_data_view"),
    )


def shown(row: listing.Row, units: Sequence[Unit], sets: Sequence[LevelSet], *, personal: bool) -> dict[str, Any]:
    """Return what the page shows of a member."""
    return {
        "member": row.member,
        "card": row.card,
        "name": row.name if personal else "",
        "levels": [str(row.levels[each.pk]) for each in sets if each.pk in row.levels],
        "balances": [(unit, row.balances.get(unit.pk, 0)) for unit in units],
    }


@require_safe
@permission.needs(*EXPORT)
def member_csv(request: HttpRequest, program: str) -> HttpResponseBase:
    """Give the list as CSV; no cell is a formula to a spreadsheet."""
    found = door.program_of(program)
    return filed(sheets.as_csv(sheet(request, found)), "text/csv; charset=utf-8", "members.csv")


@require_safe
@permission.needs(*EXPORT)
def member_workbook(request: HttpRequest, program: str) -> HttpResponseBase:
    """Give the list as an Excel workbook."""
    found = door.program_of(program)
    return filed(sheets.as_workbook(sheet(request, found), {}), WORKBOOK, "members.xlsx")


def filed(pieces: Iterable[bytes], kind: str, name: str) -> HttpResponseBase:
    """Answer with a file, written while it is read."""
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def sheet(request: HttpRequest, program: Program) -> Iterable[Sequence[Cell]]:
    """Return the rows of an export; what depends on the reader is settled before the first is read."""
    asked, language = asked_of(request, program), shell.language()
    units, sets = listing.units_of(program.pk), listing.sets_of(program.pk)
    states = {code: str(words) for code, words in Member.State.choices}
    kinds = {code: str(words) for code, words in Member.Kind.choices}
    head = [_("Card"), _("Full name"), _("Kind"), _("State"), _("Member since")]
    head += [each.name_in(language) for each in sets] + [each.name_in(language) for each in units]

    def rows() -> Iterator[Sequence[Cell]]:
        yield head
        for row in listing.every(asked):
            member = row.member
            levels = [row.levels[each.pk].name_in(language) if each.pk in row.levels else "" for each in sets]
            cells: list[Cell] = [row.card, row.name if asked.personal else "", kinds[member.kind]]
            yield [*cells, states[member.state], member.joined_on, *levels,
                   *(row.balances.get(unit.pk, 0) for unit in units)]  # fmt: skip

    return rows()
