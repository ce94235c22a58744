"""Ballots, suggestions and early access written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.records.models import (
    Ballot,
    BallotOption,
    EarlyAccess,
    LevelSet,
    Member,
    Suggestion,
    Vote,
)

LONGEST = 4_000
"""Letters of a suggestion."""


class BallotError(InputError):
    """A vote cannot be given."""

    code = "belonging.ballot"


class SuggestionError(InputError):
    """A suggestion cannot be taken."""

    code = "belonging.suggestion"


@dataclass(frozen=True)
class Wording:
    """A name and a text in both languages."""

    name_en: str
    name_es: str
    about_en: str = ""
    about_es: str = ""


def ballot_open(
    *, program_id: int, kind: str, wording: Wording, options: Sequence[Wording], opens_at: datetime, closes_at: datetime
) -> Ballot:
    """Put a question to the members of a programme."""
    if len(options) < 2 or closes_at <= opens_at:
        raise BallotError("A vote has two answers or more, and closes after it opens.")
    with transaction.atomic():
        made = Ballot.objects.create(
            program_id=program_id, kind=kind, opens_at=opens_at, closes_at=closes_at, **vars(wording)
        )
        BallotOption.objects.bulk_create(
            BallotOption(ballot=made, position=place, **vars(each)) for place, each in enumerate(options)
        )
    return made


def ballot_close(*, ballot_id: int, now: datetime) -> Ballot:
    """Close a vote before its time."""
    Ballot.objects.filter(pk=ballot_id, opens_at__lt=now, closes_at__gt=now).update(closes_at=now)
    return Ballot.objects.get(pk=ballot_id)


def vote_give(*, ballot_id: int, member_id: int, option_id: int, now: datetime) -> Vote:
    """Vote, or change the vote while the ballot is open: a member has one."""
    with transaction.atomic():
        # Closing waits for votes that are being given.
        ballot = Ballot.objects.select_for_update(of=("self",), no_key=True).get(pk=ballot_id)
        if not ballot.opens_at <= now < ballot.closes_at:
            raise BallotError("The vote is not open.")
        if not ballot.options.filter(pk=option_id).exists():
            raise BallotError("There is no such answer.")
        if not Member.objects.filter(pk=member_id, program_id=ballot.program_id, state=Member.State.ACTIVE).exists():
            raise BallotError("Whoever votes takes part in the programme.")
        given, _new = Vote.objects.update_or_create(
            ballot=ballot, member_id=member_id, defaults={"option_id": option_id, "voted_at": now}
        )
    return given


def suggestion_write(*, member_id: int, text: str, now: datetime) -> Suggestion:
    """Take a suggestion of a member; the same text again is the same suggestion."""
    member = Member.objects.get(pk=member_id)
    written = text.strip()
    if not written or len(written) > LONGEST:
        raise SuggestionError("A suggestion has 1 to {most:,} letters.", most=LONGEST)
    if member.state != Member.State.ACTIVE:
        raise SuggestionError("Whoever suggests something takes part in the programme.")
    found, _new = Suggestion.objects.get_or_create(
        program_id=member.program_id, member=member, text=written, defaults={"written_at": now}
    )
    return found


@dataclass(frozen=True)
class Answer:
    """What is answered to a suggestion, and whether all members see both."""

    state: str
    text: str
    published: bool = False


def suggestion_answer(*, suggestion_id: int, answer: Answer, author: str, now: datetime) -> Suggestion:
    """Answer a suggestion; its author sees the answer, all members when it is published."""
    if answer.state not in Suggestion.State.values or not answer.text.strip():
        raise SuggestionError("An answer says something, and what becomes of the suggestion.")
    with transaction.atomic():
        row = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion_id)
        row.state, row.answer, row.published = answer.state, answer.text.strip(), answer.published
        row.answered_by, row.answered_at = author, now
        row.save()
    return row


def early_access_set(
    *, level_set_id: int, subject: str, name: tuple[str, str], by_rank: Mapping[int, date], public_on: date
) -> EarlyAccess:
    """Say who may see or buy something before everybody else."""
    level_set = LevelSet.objects.get(pk=level_set_id)
    said = {
        "level_set": level_set,
        "by_rank": {str(rank): day.isoformat() for rank, day in by_rank.items()},
        "public_on": public_on,
        "name_en": name[0],
        "name_es": name[1],
    }
    made, _new = EarlyAccess.objects.update_or_create(program_id=level_set.program_id, subject=subject, defaults=said)
    return made
