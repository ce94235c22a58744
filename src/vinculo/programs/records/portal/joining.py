"""Joining: a customer, or somebody new who has proven the address, becomes a member."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import services
from vinculo.programs.records.belonging import referrals
from vinculo.programs.records.belonging.referrals import ReferralError
from vinculo.programs.records.ledger import members
from vinculo.programs.records.models import Member, PortalSession, Redemption, SignInAsk
from vinculo.programs.records.portal import people, sessions
from vinculo.programs.records.portal.people import Choice
from vinculo.programs.records.rewards import resolving, selectors
from vinculo.programs.records.rewards.selectors import Asked

ACTOR = "portal"


class ClosedError(InputError):
    """The programme takes no new members, or has this one already."""

    code = "member.closed"


def stranger(asked: SignInAsk, *, now: datetime) -> list[Choice]:
    """Make a customer of somebody new who said his name and has proven his address; nothing of whoever said none."""
    if not asked.name:
        return []
    fields = {"kind": "person", "standing": "prospect", "given_name": asked.name, "language": asked.language}
    with actor.acting(ACTOR):
        made = services.customer_create(change=services.Change(fields, add=[("email", asked.address)]), now=now)
    return [(made.pk, 0)]


def programme_join(*, session: PortalSession, program_id: int, now: datetime) -> Member:
    """Let the customer of a session join a programme and go on as its member."""
    assert session.customer_id is not None
    ids = people.ids_of(session.customer_id)
    program = next((each for each in people.programs_open(ids) if each.pk == program_id), None)
    if program is None:
        raise ClosedError
    with transaction.atomic(), actor.acting(ACTOR):
        on = now.astimezone(ZoneInfo(program.zone)).date()
        joined = members.member_join(program_id=program.pk, customer_id=session.customer_id, on=on)
        if session.brought_by:
            brought(session.brought_by, joined, now=now)
        sessions.session_join(session=session, customer_id=session.customer_id, member_id=joined.pk)
    return joined


def brought(code: str, joined: Member, *, now: datetime) -> None:
    """Write down by whose code a member came; a code that is not good keeps nobody from joining."""
    try:
        with transaction.atomic():
            referrals.referral_open(code=code, member_id=joined.pk, now=now)
    except ReferralError:
        return


def programme_leave(*, member: Member, now: datetime) -> None:
    """Let a member leave: what she had set aside is given back first, so nothing is left hanging."""
    with transaction.atomic():
        mine = Asked(state=Redemption.State.RESERVED, member_id=member.pk)
        for each in selectors.redemption_list(program_id=member.program_id, asked=mine):
            resolving.redemption_cancel(redemption_id=each.pk, now=now)
        on = now.astimezone(ZoneInfo(member.program.zone)).date()
        members.member_leave(member_id=member.pk, on=on, now=now)
