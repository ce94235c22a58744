"""Levels given by hand, and taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vinculo.foundation.errors import InputError
from vinculo.foundation.periods import parse_day
from vinculo.programs.records.levels import services
from vinculo.programs.records.levels.services import NewGrant
from vinculo.programs.records.models import Level, LevelGrant
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.members import page
from vinculo.web.programs.members.change import MANAGE

LONGEST = 500


@require_POST
@permission.needs(*MANAGE)
def give(request: HttpRequest, program: str, member_id: int) -> HttpResponse:
    """Give a member a level until a day."""
    found = door.program_of(program)
    member = page.member_of(found, member_id)
    asked = request.POST.get("level", "")
    level = Level.objects.filter(pk=int(asked), level_set__program=found).first() if asked.isdecimal() else None
    if level is None:
        raise Http404
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST]
    try:
        new = NewGrant(level.rank, parse_day(request.POST.get("until", "")), reason, request.user.get_username())
        services.level_grant(level_set_id=level.level_set_id, member_id=member.pk, new=new, now=timezone.now())
    except ValueError:
        messages.error(request, _("The day could not be understood."))
    except InputError as error:
        door.refused(request, error)
    else:
        messages.success(request, _("The level is given."))
    return redirect("program_member", found.code, member.pk)


@require_POST
@permission.needs(*MANAGE)
def withdraw(request: HttpRequest, program: str, grant_id: int) -> HttpResponse:
    """Take a level back that was given by hand."""
    found = door.program_of(program)
    grant = LevelGrant.objects.filter(pk=grant_id, level_set__program=found).first()
    if grant is None:
        raise Http404
    services.level_grant_withdraw(grant_id=grant.pk, author=request.user.get_username(), now=timezone.now())
    messages.success(request, _("The level is taken back."))
    return redirect("program_member", found.code, grant.member_id)
