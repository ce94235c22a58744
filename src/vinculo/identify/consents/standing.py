"""Standing: what a log of answers adds up to now; the most restrictive survives a merge.

Each id of a customer has its own last answer. Where none of them withdrew, those who gave a consent may be reached, at
their own addresses. Where some did, nobody may, unless a consent was given anew when they were already one customer and
so spoke for them (`covers`). A merge therefore reaches nobody who could not be reached before it, and an unmerge gives
back what was. (GDPR, articles 4(11) and 7: a consent is a statement, it can be shown, and it can be withdrawn.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

GIVEN, WITHDRAWN, EXPIRED, SILENT = "given", "withdrawn", "expired", "silent"
STRICTEST = {WITHDRAWN: 3, EXPIRED: 2, GIVEN: 1, SILENT: 0}
"""Of two answers of one moment the stricter counts as the later."""
Topic = tuple[str, str]
"""A purpose and a channel; the channel is empty where the purpose has none."""


@dataclass(frozen=True)
class Answer:
    """One entry of the log."""

    customer_id: int
    purpose: str
    channel: str
    action: str
    happened_at: datetime
    recorded_at: datetime
    number: int = 0
    origin: str = ""
    expires_on: date | None = None
    covers: frozenset[int] = frozenset()

    @property
    def order(self) -> tuple[datetime, int, datetime, int]:
        """Return what answers are put in order by: when they were said, not when they came to us."""
        return (self.happened_at, STRICTEST.get(self.action, 0), self.recorded_at, self.number)


@dataclass(frozen=True)
class Standing:
    """What holds for one purpose and channel."""

    state: str = SILENT
    answer: Answer | None = None
    """The entry that decided it."""
    reached: frozenset[int] = field(default_factory=frozenset)
    """The ids whose addresses may be used."""

    @property
    def contactable(self) -> bool:
        """Tell whether anybody may be reached."""
        return bool(self.reached)


def standings(answers: Iterable[Answer], *, customer_ids: Sequence[int], now: datetime) -> dict[Topic, Standing]:
    """Return what holds for each purpose and channel that a customer, known by these ids, has ever answered.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2024, 5, number, tzinfo=UTC)
    >>> gave = Answer(1, "marketing", "email", GIVEN, day(1), day(1), origin="web")
    >>> withdrew = Answer(2, "marketing", "email", WITHDRAWN, day(2), day(2), origin="telephone")
    >>> alone = standings([gave], customer_ids=[1], now=day(9))["marketing", "email"]
    >>> merged = standings([gave, withdrew], customer_ids=[1, 2], now=day(9))["marketing", "email"]
    >>> alone.state, merged.state, merged.contactable
    ('given', 'withdrawn', False)
    """
    wanted = set(customer_ids)
    last: dict[Topic, dict[int, Answer]] = {}
    for each in answers:
        if each.customer_id not in wanted or not counts(each, now):
            continue
        own = last.setdefault((each.purpose, each.channel), {})
        before = own.get(each.customer_id)
        if before is None or each.order > before.order:
            own[each.customer_id] = each
    return {topic: combined(own, now) for topic, own in last.items()}


def counts(answer: Answer, now: datetime) -> bool:
    """Tell whether an answer counts: a consent needs an origin, and a day that has come."""
    return answer.action != GIVEN or (bool(answer.origin.strip()) and answer.happened_at <= now)


def state_of(answer: Answer, now: datetime) -> str:
    """Return what an answer says by now."""
    past = answer.expires_on is not None and answer.expires_on < now.date()
    return EXPIRED if answer.action == GIVEN and past else answer.action


def combined(own: Mapping[int, Answer], now: datetime) -> Standing:
    """Return what the last answers of the ids of one customer add up to."""
    strict = [each for each in own.values() if state_of(each, now) != GIVEN]
    given = [each for each in own.values() if state_of(each, now) == GIVEN]
    anew = [each for each in given if all(spoke_for(each, other) for other in strict)]
    if anew:
        return Standing(GIVEN, max(anew, key=lambda each: each.order), frozenset(each.customer_id for each in anew))
    deciding = max(strict, key=lambda each: (STRICTEST[state_of(each, now)], each.order))
    return Standing(state_of(deciding, now), deciding)


def spoke_for(answer: Answer, other: Answer) -> bool:
    """Tell whether a consent was given, later, by somebody who spoke for the id that had withdrawn."""
    return other.customer_id in answer.covers and answer.order > other.order
