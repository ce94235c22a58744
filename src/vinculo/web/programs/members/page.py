"""The page of a member: what he has and loses when, where he stands and why, what happened, and what may be done."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from vinculo.programs.members import cards
from vinculo.programs.records.belonging import selectors as belonging
from vinculo.programs.records.guarantees import selectors as guarantees
from vinculo.programs.records.ledger import selectors as ledger
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Level, Member, Pool, Program, Unit
from vinculo.programs.records.rewards import selectors as rewards
from vinculo.programs.records.rewards.selectors import Asked
from vinculo.programs.records.till import byhand, finding
from vinculo.programs.till import refusals
from vinculo.web import permission, shell
from vinculo.web.programs import door
from vinculo.web.programs.members import words

PAGE, SHOWN = 25, 12
REASONS = (("recovery", gettext_lazy("Something went wrong")), ("adjustment", gettext_lazy("Goodwill")))


def member_of(program: Program, member_id: int) -> Member:
    """Return a member of a programme."""
    found = Member.objects.filter(pk=member_id, program=program).select_related("program", "pool").first()
    if found is None:
        raise Http404
    return found


@require_safe
@permission.needs("staff.member_view")
def member_page(request: HttpRequest, program: str, member_id: int) -> HttpResponse:
    """Show a member."""
    found = door.program_of(program)
    member = member_of(found, member_id)
    language, today, now = shell.language(), door.today_of(found), timezone.now()
    customers = [member.customer_id] if member.customer_id else []
    translate = permission.analytical()
    terms = Pool.objects.filter(member=member).first()
    balances = ledger.balances_of(member)
    expiring = ledger.expiring_of([each.wallet for each in balances])
    context: dict[str, Any] = {
        "member": member,
        "card": cards.shown(member.number),
        "name": name_of(request, member),
        "balances": [(each, expiring[each.wallet.pk]) for each in balances],
        "outlooks": [
            {
                "set": each.place.level_set,
                "level": each.place.level,
                "counted": each.counted,
                "window": each.window,
                "why": each.why.say(translate),
                "sentences": [sentence.say(translate) for sentence in each.sentences],
            }
            for each in levels.forecast_of(member=member, as_of=today, language=language)
        ],
        "changes": [
            (each.row, each.before, each.after, each.why.say(translate))
            for each in levels.changes_of(member_id=member.pk, language=language)[:SHOWN]
        ],
        "grants": levels.grant_list(member_id=member.pk),
        "redemptions": [
            (each, str(each.reward or ""))
            for each in rewards.redemption_list(program_id=found.pk, asked=Asked(member_id=member.pk))[:SHOWN]
        ],
        "promises": [
            (each, str(each.guarantee))
            for each in guarantees.promises_of(customer_ids=customers, most=SHOWN)
            if each.guarantee.program_id == found.pk
        ],
        "challenges": belonging.challenge_list(member=member, as_of=today),
        "sharers": list(member.sharers.order_by("id")[:SHOWN]) if terms else [],
        "terms": terms,
        **history(request, balances),
    }
    if request.user.has_perm("staff.member_manage") and member.state != Member.State.LEFT:
        context |= doing(request, found, member, now)
    return door.shown(request, found, "programs/members/page.html", context)


def name_of(request: HttpRequest, member: Member) -> str:
    """Return who a member is, to those who may know."""
    return finding.people([member])[0].name if request.user.has_perm("staff.personal_data_view") else ""


def history(request: HttpRequest, balances: list[Any]) -> dict[str, Any]:
    """Return what happened in one wallet, page by page from a posting on."""
    asked = request.GET.get("unit", "")
    mine = next((each for each in balances if str(each.unit.pk) == asked), balances[0] if balances else None)
    if mine is None:
        return {"entries": []}
    before = request.GET.get("before", "")
    from_here = int(before) if before.isdecimal() and len(before) < 19 else ledger.FIRST_PAGE
    entries = ledger.history_of(mine.wallet.pk, before=from_here, limit=PAGE + 1)
    translate = permission.analytical()
    return {
        "entries": [
            {
                "entry": each,
                "words": words.of_entry(each),
                "refused": refusals.sentence(each.outcome).say(translate) if each.outcome else "",
                "amount": words.signed(each),
            }
            for each in entries[:PAGE]
        ],
        "of_unit": mine.unit,
        "older": entries[PAGE - 1].id if len(entries) > PAGE else None,
        "newest": from_here == ledger.FIRST_PAGE,
    }


def doing(request: HttpRequest, program: Program, member: Member, now: Any) -> dict[str, Any]:
    """Return what the forms of the page need."""
    limit = byhand.limit_of(program.pk).day_points
    given = byhand.given_today(program, request.user.get_username(), now)
    known = Level.objects.filter(level_set__program=program).select_related("level_set")
    grantable = list(known.order_by("level_set_id", "rank"))
    return {
        "may_change": True,
        "key": uuid.uuid4().hex,
        "reasons": REASONS,
        "leavings": Pool.Leaving.choices,
        "limit": limit,
        "left": max(limit - given, 0),
        "spends": Unit.objects.filter(program=program, spendable=True).order_by("id").first(),
        "levels": grantable,
        "sets": len({each.level_set_id for each in grantable}),
        "pools": list(
            Pool.objects.filter(member__program=program, member__left_on=None).exclude(member=member).select_related(
                "member"
            )[:100]
        )
        if member.pool_id is None and member.kind != Member.Kind.POOL
        else [],
    }  # fmt: skip
