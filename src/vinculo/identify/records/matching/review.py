"""Review: people say of two parties whether they are one customer; each answer is put in force at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.quality import duplicates
from vinculo.identify.records.membership import selectors, services
from vinculo.identify.records.models import Assertion, Candidate

SAME, DIFFERENT, UNSURE = Candidate.State.SAME, Candidate.State.DIFFERENT, Candidate.State.UNSURE
VERDICTS = (SAME, DIFFERENT, UNSURE)


class DecidedMeanwhileError(InputError):
    """Somebody else has decided this pair meanwhile."""

    code = "matching.decided_meanwhile"


@dataclass(frozen=True)
class Precision:
    """How often a matching was right, of the pairs that people looked at: share and interval of Wilson (1927)."""

    looked_at: int
    right: int
    share: float
    low: float
    high: float


def queue(*, by: str) -> QuerySet[Candidate]:
    """Return what waits for a person, the most important first; nothing twice of one person."""
    waiting = Candidate.objects.filter(state__in=(Candidate.State.OPEN, Candidate.State.SECOND))
    return waiting.exclude(state=Candidate.State.SECOND, first_by=by).order_by("-priority", "id")


def candidate_decide(*, candidate_id: int, verdict: str, now: datetime, reason: str = "") -> Candidate:
    """Give an answer. Where two people must agree, the first waits for the second; if they differ it stays unsure.

    Raises
    ------
    DecidedMeanwhileError
        It does not wait any more, or the second answer comes from the person who gave the first.
    InputError
        The verdict is none of ours.
    """
    if verdict not in VERDICTS:
        raise InputError("{found!r} is no verdict: say one of {known}.", found=verdict, known=", ".join(VERDICTS))
    by = actor.current().name
    with transaction.atomic():
        candidate = Candidate.objects.select_for_update().get(pk=candidate_id)
        if candidate.state not in (Candidate.State.OPEN, Candidate.State.SECOND):
            raise DecidedMeanwhileError("Somebody else has decided this pair meanwhile.")
        if candidate.state == Candidate.State.SECOND and candidate.first_by == by:
            raise DecidedMeanwhileError("The second answer must come from somebody else.")
        if candidate.four_eyes and candidate.state == Candidate.State.OPEN and verdict != UNSURE:
            candidate.state, candidate.first_verdict, candidate.first_by = Candidate.State.SECOND, verdict, by
            candidate.save()
            return candidate
        if candidate.state == Candidate.State.SECOND and verdict != candidate.first_verdict:
            verdict = UNSURE
        candidate.state, candidate.decided_by, candidate.decided_at = verdict, by, now
        candidate.save()
        put_in_force(candidate, now=now, reason=reason)
    return candidate


def candidates_decide(*, pattern: str, verdict: str, now: datetime, reason: str = "") -> int:
    """Give one answer to all that wait with the same pattern; those that need two people are left. Return how many."""
    alike = queue(by=actor.current().name).filter(
        pattern=pattern, four_eyes=False, purpose=Candidate.Purpose.DECIDE, state=Candidate.State.OPEN
    )
    ids = list(alike.values_list("id", flat=True))
    done = 0
    with transaction.atomic():
        for each in ids:
            # Deciding one may settle another: three records of one customer are three pairs.
            if Candidate.objects.filter(pk=each, state=Candidate.State.OPEN).exists():
                candidate_decide(candidate_id=each, verdict=verdict, now=now, reason=reason)
                done += 1
    return done


def put_in_force(candidate: Candidate, *, now: datetime, reason: str) -> None:
    """Merge, or keep apart, as it was decided."""
    parties = (candidate.party_id, candidate.other_id)
    current = selectors.current_of(parties)
    one = current[candidate.party_id] == current[candidate.other_id]
    evidence = {"candidate": candidate.pk, "probability": candidate.probability, "weights": candidate.weights}
    if candidate.state == SAME and not one:
        why = services.Why(reason, evidence=evidence)
        services.customers_merge(customer_ids=parties, now=now, why=why, overrule=True)
        settle()
    elif candidate.state == DIFFERENT and one:
        leaving = candidate.other_id if current[candidate.other_id] != candidate.other_id else candidate.party_id
        why = services.Why(reason, evidence=evidence)
        services.parties_separate(customer_id=current[leaving], party_ids=[leaving], now=now, why=why)
    elif candidate.state == DIFFERENT:
        verdict = Assertion.Verdict.DIFFERENT
        services.assertion_set(party_id=parties[0], other_id=parties[1], verdict=verdict, now=now, reason=reason)


_SETTLE = """
UPDATE identify_candidate AS candidate SET state = 'gone'
FROM identify_customer AS party, identify_customer AS other
WHERE candidate.state IN ('open', 'second') AND candidate.purpose = 'decide'
    AND party.id = candidate.party_id AND other.id = candidate.other_id
    AND coalesce(party.merged_into_id, party.id) = coalesce(other.merged_into_id, other.id)
"""


def settle() -> None:
    """Take out of the queue what is one customer by now."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE)


def precision() -> Precision | None:
    """Return how often what matchings decided by themselves was right, or nothing before anybody looked."""
    looked = Candidate.objects.filter(purpose=Candidate.Purpose.MEASURE, state__in=(SAME, DIFFERENT))
    verdicts: Sequence[str] = list(looked.values_list("state", flat=True))
    if not verdicts:
        return None
    n, right = len(verdicts), sum(verdict == SAME for verdict in verdicts)
    return Precision(n, right, right / n, *duplicates.wilson(right, n))
