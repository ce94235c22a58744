"""Finder: one field for a card, a telephone, an e-mail, a name, a receipt or a code; nothing typed lands in a log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.programs.records.models import HandGrant, Program, TillAction, TillPurchase
from vinculo.programs.records.till import finding
from vinculo.programs.rewards import codes
from vinculo.web import permission
from vinculo.web.till import door, redeem

LONGEST = 120


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.NEEDS)
def till(request: HttpRequest) -> HttpResponse:
    """Show the field, and go where what was typed or scanned leads."""
    program = door.program_of(request)
    if program is None:
        return render(request, "till/none.html")
    if request.method != "POST":
        return home(request, program)
    text = typed(request)
    if found := finding.by_card(program_id=program.pk, text=text):
        return redirect("till_member", found.pk)
    if codes.is_ours(codes.normalised(text)):
        return redeem.code_shown(request, program, text)
    purchase = TillPurchase.objects.filter(program=program, number=text).first() if text else None
    if purchase is not None:
        return redirect(f"{reverse('till_return', args=[purchase.member_id])}?number={purchase.pk}")
    people = finding.find(program_id=program.pk, text=text)
    if len(people.people) == 1 and not people.many:
        return redirect("till_member", people.people[0].member.pk)
    return home(request, program, text=text, found=people)


@require_POST
@permission.needs(door.NEEDS)
def find(request: HttpRequest) -> HttpResponse:
    """Show whom the beginning of a text may mean."""
    text = typed(request)
    found = finding.find(program_id=door.program_require(request).pk, text=text)
    return render(request, "till/found.html", {"found": found, "text": text})


@require_POST
@permission.needs(door.NEEDS)
def program_choose(request: HttpRequest) -> HttpResponse:
    """Choose the programme of this till."""
    code = request.POST.get("program", "")
    if Program.objects.filter(code=code, state=Program.State.OPEN).exists():
        request.session["till_program"] = code
    return redirect("till")


def home(request: HttpRequest, program: Program, *, text: str = "", found: finding.Found | None = None) -> HttpResponse:
    """Show the field, whom it found, and the last thing one did."""
    waiting = HandGrant.objects.filter(program=program, state=HandGrant.State.WAITING).count()
    context = {
        "program": program,
        "programs": Program.objects.filter(state=Program.State.OPEN).order_by("id"),
        "text": text,
        "found": found,
        "last": door.last_of(request, program),
        "done": done_of(request, program),
        "waiting": waiting if request.user.has_perm("staff.member_manage") else 0,
    }
    return render(request, "till/home.html", context)


def done_of(request: HttpRequest, program: Program) -> str:
    """Return what became of the action that an address names, if it is one's own."""
    asked = request.GET.get("done", "")
    if not asked.isdecimal() or len(asked) > 18:
        return ""
    mine = TillAction.objects.filter(pk=int(asked), program=program, author=request.user.get_username()).first()
    return door.happened(mine, door.reader_of(program)) if mine else ""


def typed(request: HttpRequest) -> str:
    """Return what was typed or scanned."""
    return " ".join(request.POST.get("q", "").replace("\0", "").split())[:LONGEST]
