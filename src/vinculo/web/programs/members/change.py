"""Members changed: joining, blocked and freed, leaving, sharing points with others."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vinculo.foundation.errors import InputError
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer
from vinculo.identify.records.rights import erased
from vinculo.programs.records.ledger import members, pools
from vinculo.programs.records.ledger import selectors as ledger
from vinculo.programs.records.models import Member, Pool, Program
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.members import page

MANAGE = ("staff.member_view", "staff.member_manage")


@require_POST
@permission.needs(*MANAGE, "staff.customer_view")
def join(request: HttpRequest, program: str) -> HttpResponse:
    """Let a customer join, who takes part at most once whatever numbers it has."""
    found = door.program_of(program)
    text = request.POST.get("customer", "")
    if not text.isdecimal() or len(text) > 18 or found.state == Program.State.CLOSED:
        raise Http404
    customer = selectors_customer.customers_of(customer_ids=[int(text)]).get(int(text))
    if customer is None:
        raise Http404
    current = membership.current_of([customer.pk])[customer.pk]
    ids = membership.members_of(customer_id=current)
    if erased.erased_at(customer_ids=ids) is not None:
        raise Http404
    taking_part = ledger.members_of(ids, program=found, left_on=None).first()
    kind = Member.Kind.PERSON if customer.kind == Customer.Kind.PERSON else Member.Kind.COMPANY
    made = taking_part or members.member_join(
        program_id=found.pk, customer_id=current, on=door.today_of(found), kind=kind
    )
    messages.success(request, _("The customer takes part."))
    return redirect("program_member", found.code, made.pk)


@require_POST
@permission.needs(*MANAGE)
def block(request: HttpRequest, program: str, member_id: int) -> HttpResponse:
    """Block a member or free one."""
    member = page.member_of(door.program_of(program), member_id)
    blocked = request.POST.get("blocked") == "1"
    words = _("The member is blocked and spends nothing.") if blocked else _("The member is free again.")
    return done(request, member, lambda: members.member_block(member_id=member.pk, blocked=blocked), words)


@require_POST
@permission.needs(*MANAGE)
def leave(request: HttpRequest, program: str, member_id: int) -> HttpResponse:
    """Let a member leave."""
    found = door.program_of(program)
    member = page.member_of(found, member_id)
    today = door.today_of(found)
    return done(
        request,
        member,
        lambda: members.member_leave(member_id=member.pk, on=today, now=timezone.now()),
        _("The member has left the programme."),
    )


@require_POST
@permission.needs(*MANAGE)
def pool(request: HttpRequest, program: str, member_id: int) -> HttpResponse:
    """Let a member share the points of a household or company, share no more, or open its own points for others."""
    member = page.member_of(door.program_of(program), member_id)
    said, now = request.POST.get("pool", ""), timezone.now()
    if request.POST.get("open"):
        return done(request, member, lambda: pools.pool_open(pool=member, **terms(request)),
                    _("Others may share these points now."))  # fmt: skip
    if not said:
        return done(request, member, lambda: pools.pool_leave(member_id=member.pk, now=now),
                    _("The member shares no more."))  # fmt: skip
    shared = Pool.objects.filter(pk=int(said), member__program=member.program_id).first() if said.isdecimal() else None
    if shared is None:
        raise Http404
    return done(request, member, lambda: pools.pool_enter(member_id=member.pk, pool_id=shared.pk, now=now),
                _("The member shares these points now."))  # fmt: skip


def terms(request: HttpRequest) -> dict[str, Any]:
    """Return on what those who share points agree; a number that is none, or makes no sense, is the usual one."""
    percent, cap = (request.POST.get(name, "").strip() for name in ("percent", "cap"))
    leaving = request.POST.get("leaving", "")
    return {
        "contribution_percent": min(int(percent), 100) if percent.isdecimal() and len(percent) < 4 else 100,
        "monthly_cap": int(cap) if cap.isdecimal() and len(cap) < 16 else None,
        "leaving": leaving if leaving in Pool.Leaving.values else Pool.Leaving.STAY,
    }


@require_POST
@permission.needs(*MANAGE)
def pool_new(request: HttpRequest, program: str) -> HttpResponse:
    """Open shared points for a household or group, with a card of its own."""
    found = door.program_of(program)
    if found.state == Program.State.CLOSED:
        raise Http404
    made = members.member_join(program_id=found.pk, customer_id=None, on=door.today_of(found), kind=Member.Kind.POOL)
    return done(request, made, lambda: pools.pool_open(pool=made), _("The household has a card; members may share it."))


def done(request: HttpRequest, member: Member, do: Callable[[], Any], words: str) -> HttpResponse:
    """Do it, say so or why not, and show the member."""
    try:
        do()
    except InputError as error:
        door.refused(request, error)
    else:
        messages.success(request, words)
    return redirect("program_member", member.program.code, member.pk)
