"""Accounts: the dated roles and the stages of leads that events of companies add up to, in whatever order they came.

Somebody who is added to an organisation, or says to belong to it, holds a role there until the day of a removal; the
end of the account ends the roles of all. Whoever signs up or is invited shows interest, a trial qualifies, and one that
ends without a purchase is lost (the B2B events of Segment's specification).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vinculo.identify.cleaning import emails
from vinculo.identify.events.sales import text
from vinculo.identify.leads import stages
from vinculo.identify.parties.lengths import USUAL

CREATED, DELETED, ADDED, REMOVED, GROUP = "created", "deleted", "added", "removed", "group"
SIGNED_UP, INVITED, TRIAL, TRIAL_ENDED = "signed_up", "invited", "trial", "trial_ended"
NAMES = {
    "account created": CREATED,
    "account deleted": DELETED,
    "account added user": ADDED,
    "account removed user": REMOVED,
    "signed up": SIGNED_UP,
    "invite sent": INVITED,
    "trial started": TRIAL,
    "trial ended": TRIAL_ENDED,
}
"""Names of events about accounts, in small letters, and what they mean."""
NAMED = {meaning: name.title() for name, meaning in NAMES.items()}
"""What each meaning is called where it is the reason of a step."""
ROLES = (ADDED, REMOVED, GROUP, DELETED)
TRIALS = (TRIAL, TRIAL_ENDED)
LEADS = (SIGNED_UP, INVITED, *TRIALS)
STAGES = {
    SIGNED_UP: stages.INTEREST,
    INVITED: stages.INTEREST,
    TRIAL: stages.QUALIFIED,
    TRIAL_ENDED: stages.LOST,
}
INVITEE = "invite:"
"""Begins the key of somebody who was invited and is known by an e-mail address only."""


class AccountEvent(NamedTuple):
    """One event about an account: what it means, when and on which day of its source it happened, what else it says."""

    meaning: str
    happened_at: datetime
    message_id: str
    day: date
    said: Mapping[str, Any]

    @property
    def order(self) -> tuple[datetime, str]:
        """Return what events are put in order by."""
        return (self.happened_at, self.message_id)


class Spell(NamedTuple):
    """A role from a day until a day, open where it goes on, and from an unknown day where only its end is known."""

    begins_on: date | None
    ends_on: date | None
    post: str


class Step(NamedTuple):
    """A lead at a stage from a moment on."""

    stage: str
    happened_at: datetime
    reason: str


def spells(events: Iterable[AccountEvent]) -> list[Spell]:
    """Return the roles that the events of one person and one organisation add up to, the earliest first.

    >>> from datetime import UTC
    >>> def at(day, meaning, **said):
    ...     return AccountEvent(meaning, datetime(2026, 1, day, tzinfo=UTC), f"m{day}", date(2026, 1, day), said)
    >>> [(each.begins_on.day, each.ends_on and each.ends_on.day, each.post) for each in
    ...     spells([at(9, REMOVED), at(1, GROUP), at(3, ADDED, role="buyer"), at(20, ADDED, role="user")])]
    [(1, 9, 'buyer'), (20, None, 'user')]
    """
    found: list[Spell] = []
    begun: date | None = None
    inside, post = False, ""
    for event in sorted(events, key=lambda each: each.order):
        if event.meaning in (REMOVED, DELETED):
            if inside or (event.meaning == REMOVED and not found):
                found.append(Spell(begun, event.day, post))
            inside, begun, post = False, None, ""
            continue
        role = text(event.said.get("role"), USUAL) if event.meaning == ADDED else ""
        if inside and post and role and role != post:
            found.append(Spell(begun, event.day, post))
            begun = event.day
        elif not inside:
            begun = event.day
        inside, post = True, role or post
    if inside:
        found.append(Spell(begun, None, post))
    # What began and ended on one day held on none.
    return [each for each in found if each.begins_on is None or each.begins_on != each.ends_on]


def steps(events: Iterable[AccountEvent], *, bought_at: datetime | None = None) -> list[Step]:
    """Return the way of a lead that the events of one party add up to, until it bought.

    Interest shown again moves nobody back from a trial; a trial takes up what was lost.

    >>> from datetime import UTC
    >>> def at(day, meaning):
    ...     return AccountEvent(meaning, datetime(2026, 1, day, tzinfo=UTC), f"m{day}", date(2026, 1, day), {})
    >>> [each.stage for each in steps([at(5, TRIAL), at(1, SIGNED_UP), at(7, SIGNED_UP), at(20, TRIAL_ENDED)])]
    ['interest', 'qualified', 'lost']
    """
    found: list[Step] = []
    for event in sorted(events, key=lambda each: each.order):
        stage = STAGES[event.meaning]
        before = found[-1].stage if found else ""
        if bought_at is not None and found and event.happened_at >= bought_at:
            break
        if not stages.may_move(before, stage) or (stage == stages.INTEREST and before):
            continue
        if event.meaning == TRIAL_ENDED and not before:
            # Its beginning is not known: it had one.
            found.append(Step(stages.QUALIFIED, event.happened_at, NAMED[event.meaning]))
        found.append(Step(stage, event.happened_at, NAMED[event.meaning]))
    return found


def plan(events: Sequence[AccountEvent]) -> tuple[str, date | None]:
    """Return what a trial is of, and the last day that is said of it."""
    latest = sorted((each for each in events if each.meaning in TRIALS), key=lambda each: each.order, reverse=True)
    names = (text(each.said.get("trial_plan_name"), USUAL) for each in latest)
    days = (day_of(each.said.get("trial_end_date")) for each in latest)
    return next(filter(None, names), ""), next(filter(None, days), None)


def day_of(written: object) -> date | None:
    """Return a written day, nothing where it cannot be read.

    >>> day_of("2026-01-31T10:00:00Z"), day_of("soon")
    (datetime.date(2026, 1, 31), None)
    """
    try:
        return datetime.fromisoformat(written).date() if isinstance(written, str) else None
    except ValueError:
        return None


def invitee(said: Mapping[str, Any]) -> str:
    """Return the key of whom an invitation went to; empty where its address cannot be read.

    >>> invitee({"invitee_email": "Ana@Ruiz.example"}), invitee({"invitee_email": "ana"})
    ('invite:ana@ruiz.example', '')
    """
    found = emails.clean(text(said.get("invitee_email"), USUAL)).value
    return f"{INVITEE}{found}" if found else ""


def traits(meaning: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event says of whom it is about, spelt as in an identify or group call."""
    if meaning == CREATED:
        return {"name": said.get("account_name") or said.get("name")}
    if meaning == SIGNED_UP:
        return {name: said[name] for name in ("name", "first_name", "last_name", "email", "phone") if name in said}
    if meaning == INVITED:
        return {name: said.get(f"invitee_{name}") for name in ("email", "first_name", "last_name")}
    return {}
