"""Approving: terms of levels proposed by one, and published or given back by another."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.programs.levels.terms import Fall
from vinculo.programs.records import approval
from vinculo.programs.records.levels import services
from vinculo.programs.records.levels.services import LevelError, NewLevel, NewTerms
from vinculo.programs.records.models import LevelProposal, LevelSet, LevelTerms

State = LevelProposal.State


class OwnTermsError(InputError):
    """Whoever proposed terms of levels does not approve them: somebody else has to."""

    code = "levels.own"


def terms_propose(*, level_set_id: int, new: NewTerms, now: datetime) -> LevelProposal:
    """Put terms before whoever approves; their words stay from now on.

    Raises
    ------
    TermsError
        They make no sense, or begin too early.
    LevelError
        Other terms of the set wait for approval.
    """
    with transaction.atomic():
        level_set = services.set_held(level_set_id)
        services.terms_read(level_set, new, now=now)
        if LevelProposal.objects.filter(level_set=level_set, state=State.PROPOSED).exists():
            raise LevelError("Terms of this set wait for approval: decide on those first.")
        return LevelProposal.objects.create(
            level_set=level_set, said=said(new), authors=approval.signed(()), proposed_at=now
        )


def terms_approve(*, proposal_id: int, now: datetime) -> LevelTerms:
    """Approve terms: they are published, in force from their day or from today.

    Raises
    ------
    OwnTermsError
        Whoever acts proposed them, and the programme asks for four eyes.
    LevelError
        They were decided on before.
    TermsError
        The day from which they were to be in force is over.
    """
    with transaction.atomic():
        proposal = held(proposal_id)
        by = approval.other_require(proposal.level_set.program_id, proposal.authors, OwnTermsError)
        made = services.publish(proposal.level_set, read(proposal.said), author=by, now=now)
        proposal.terms = made
        decided(proposal, State.APPROVED, now)
    return made


def terms_return(*, proposal_id: int, note: str, now: datetime) -> LevelProposal:
    """Give terms back; whoever proposed them may take them back so."""
    with transaction.atomic():
        proposal = held(proposal_id)
        proposal.note = note
        decided(proposal, State.RETURNED, now)
    return proposal


def held(proposal_id: int) -> LevelProposal:
    """Return terms nobody has decided on, their set held until the end of the transaction."""
    found = LevelProposal.objects.get(pk=proposal_id)
    level_set = services.set_held(found.level_set_id)
    found = LevelProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    found.level_set = level_set
    if found.state != State.PROPOSED:
        raise LevelError("These terms were decided on by {name} already.", name=found.decided_by)
    return found


def decided(proposal: LevelProposal, state: str, now: datetime) -> None:
    """Write down who decided what."""
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.current().name, now
    proposal.save()


def waiting(level_set: LevelSet) -> LevelProposal | None:
    """Return the terms of a set that wait for approval."""
    return LevelProposal.objects.filter(level_set=level_set, state=State.PROPOSED).first()


def said(new: NewTerms) -> dict[str, Any]:
    """Return terms as they are kept."""
    begins_on = new.begins_on.isoformat() if new.begins_on else None
    levels = [vars(each) for each in new.levels]
    return {"levels": levels, "fall": str(new.fall), "grace_days": new.grace_days, "begins_on": begins_on}


def read(kept: Mapping[str, Any]) -> NewTerms:
    """Return terms from what is kept."""
    begins_on = date.fromisoformat(kept["begins_on"]) if kept["begins_on"] else None
    levels = [NewLevel(**each) for each in kept["levels"]]
    return NewTerms(levels, Fall(kept["fall"]), kept["grace_days"], begins_on)
