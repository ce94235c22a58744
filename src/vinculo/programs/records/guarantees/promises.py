"""Promises: opened by what happens, kept or broken, and made good without being asked for, once.

News may come in any order and more than once: how a promise stands follows from what is known of it (`terms.standing`).
What was given stays given: if it turns out later that the promise was kept after all, the count is put right and the
customer keeps it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records.membership import selectors as membership
from vinculo.programs.guarantees import terms
from vinculo.programs.guarantees.happening import Happening
from vinculo.programs.guarantees.terms import Known
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records import facts
from vinculo.programs.records.guarantees import published
from vinculo.programs.records.ledger import services as ledger
from vinculo.programs.records.ledger import wallets
from vinculo.programs.records.models import Guarantee, Member, Program, Promise
from vinculo.programs.records.rewards import redemptions
from vinculo.programs.records.rewards.redemptions import Gift
from vinculo.programs.rewards import periods

SOURCE = "guarantees"
SWEPT = 500
"""Promises that a sweep settles in one transaction."""
OWED = timedelta(days=365)
"""How long it is tried again to give what could not be given."""
UNHEARD = timedelta(days=90)
"""How long it is kept that something was done that nobody had promised."""
_CLAIM = """
INSERT INTO programs_promise
    (guarantee_id, origin, reference, state, excluded, excluded_by, not_given)
VALUES (%(guarantee)s, %(origin)s, %(reference)s, 'early', '', '', '')
ON CONFLICT (guarantee_id, origin, reference) DO NOTHING
"""


@dataclass(frozen=True)
class Swept:
    """What a sweep found: promises that are broken, those made good, and those that could not be."""

    broken: int = 0
    given: int = 0
    not_given: int = 0


def event_tell(happening: Happening, *, now: datetime) -> list[int]:
    """Open every promise whose clock something starts, and keep those it keeps; return the promises it was about."""
    program = Program.objects.get(pk=happening.program_id)
    day = periods.day_of(happening.happened_at, program.zone)
    opened = list[Guarantee]()
    if happening.customer_id is not None:
        opened = published.guarantees_for(program_id=program.pk, event=happening.event, day=day)
    kept = Guarantee.objects.filter(program=program, keeps=happening.event, published_from__lte=day)
    return [
        *(promise_open(guarantee=each, happening=happening, now=now).pk for each in opened),
        *(promise_keep(guarantee=each, happening=happening, now=now).pk for each in kept.order_by("id")),
    ]


def promise_open(*, guarantee: Guarantee, happening: Happening, now: datetime) -> Promise:
    """Promise something to a customer from a moment on; saying it again changes nothing."""
    if happening.customer_id is None:
        raise InputError("A promise is made to a customer.")
    due = terms.due_at(
        published.terms_of(guarantee), published.hours_of(guarantee), happening.happened_at, happening.promised_on
    )

    def begin(promise: Promise) -> None:
        if promise.due_at is None:
            promise.customer_id, promise.started_at, promise.due_at = happening.customer_id, happening.happened_at, due

    return known(guarantee, (happening.origin, happening.reference), begin, now)


def promise_keep(*, guarantee: Guarantee, happening: Happening, now: datetime) -> Promise:
    """Note that a promise was kept at a moment; the earliest counts, and it may be known before the promise is."""

    def keep(promise: Promise) -> None:
        promise.kept_at = min(promise.kept_at or happening.happened_at, happening.happened_at)

    return known(guarantee, (happening.origin, happening.reference), keep, now)


def promise_exclude(*, promise_id: int, exclusion: str, now: datetime) -> Promise:
    """Say that a promise does not count, for one of the reasons that were published with it; what was given stays.

    Raises
    ------
    InputError
        It is no reason of this guarantee, or something was given already.
    """
    promise = Promise.objects.select_related("guarantee").get(pk=promise_id)
    if exclusion not in promise.guarantee.exclusions:
        raise InputError("{exclusion} is no reason of this guarantee.", exclusion=exclusion)

    def exclude(each: Promise) -> None:
        if each.given_at is not None:
            raise InputError("This promise was made good already.")
        each.excluded, each.excluded_by = exclusion, actor.current().name

    return known(promise.guarantee, (promise.origin, promise.reference), exclude, now)


@transaction.atomic
def known(guarantee: Guarantee, about: tuple[str, str], learn: Callable[[Promise], None], now: datetime) -> Promise:
    """Learn something about a promise whose row is held, and settle how it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"guarantee": guarantee.pk, "origin": about[0], "reference": about[1]})
    found = Promise.objects.select_for_update(of=("self",), no_key=True).select_related(
        "guarantee__program", "guarantee__unit"
    )
    promise = found.get(guarantee=guarantee, origin=about[0], reference=about[1])
    learn(promise)
    settle(promise, now)
    return promise


def settle(promise: Promise, now: datetime) -> None:
    """Write how a promise stands, announce that it is broken the first time, and make it good."""
    told = Known(promise.started_at, promise.due_at, promise.kept_at, bool(promise.excluded))
    late = timedelta(minutes=promise.guarantee.late_news_minutes)
    promise.state = terms.standing(told, now=now, late_news=late)
    newly = promise.state == Promise.State.BROKEN and promise.broken_at is None
    if newly:
        promise.broken_at = now
    if promise.state == Promise.State.BROKEN and promise.given_at is None:
        make_good(promise, now)
    promise.save()
    if newly:
        facts.guarantee_broken.send(
            sender=Promise,
            promise_id=promise.pk,
            guarantee_id=promise.guarantee_id,
            customer_id=promise.customer_id,
        )


def make_good(promise: Promise, now: datetime) -> None:
    """Give what was promised for a promise that is broken; its number is in the key, so it is given once."""
    guarantee, member = promise.guarantee, member_of(promise)
    promise.not_given = ""
    if guarantee.gift == Guarantee.Gift.POINTS:
        assert guarantee.unit is not None
        if member is None:
            promise.not_given = "member.unknown"
            return
        post = Post(
            source=SOURCE,
            event=f"promise {promise.pk}",
            kind="award",
            account_id=wallets.wallet_open(member_id=member.pk, unit_id=guarantee.unit.pk, now=now),
            amount=int(guarantee.points),
            happened_at=promise.broken_at or now,
            grant_class="guarantee",
            reference=promise.reference,
            author=actor.current().name,
        )
        outcome = ledger.points_post(program_id=guarantee.program_id, posts=[post], now=now)[0]
        promise.posting_id, promise.not_given = outcome.posting_id, outcome.refused
    else:
        assert guarantee.reward_id is not None
        assert promise.customer_id is not None
        gift = Gift(
            reward_id=guarantee.reward_id,
            customer_id=promise.customer_id,
            given_for=SOURCE,
            key=f"promise {promise.pk}",
            member_id=member.pk if member else None,
        )
        done = redemptions.reward_give(gift, now=now)
        promise.redemption_id, promise.not_given = done.redemption_id or None, done.refused
    promise.given_at = None if promise.not_given else now


def member_of(promise: Promise) -> Member | None:
    """Return the member that the customer of a promise is now, whoever he was merged with since."""
    assert promise.customer_id is not None
    current = membership.current_of([promise.customer_id])[promise.customer_id]
    ids = membership.members_of(customer_id=current)
    active = Member.objects.filter(program_id=promise.guarantee.program_id, state=Member.State.ACTIVE)
    return active.filter(customer_id__in=ids).order_by("id").first()


def sweep(*, program_id: int, now: datetime) -> Swept:
    """Find the promises that were broken by now and make them good; running it twice changes nothing more.

    What could not be given before, because the customer was no member or no reward was left, is tried again.
    """
    broken, given, failed, last = 0, 0, 0, 0
    while rows := settle_some(program_id, now, after=last):
        last = max(each.pk for each in rows)
        broken += sum(each.broken_at == now for each in rows)
        given += sum(each.given_at == now for each in rows)
        failed += sum(bool(each.not_given) for each in rows)
    unheard = Promise.objects.filter(state=Promise.State.EARLY, kept_at__lt=now - UNHEARD)
    unheard.filter(guarantee__program_id=program_id).delete()
    return Swept(broken, given, failed)


def sweep_all(*, now: datetime) -> dict[str, Swept]:
    """Make promises good in every programme; return what was found in each."""
    return {each.code: sweep(program_id=each.pk, now=now) for each in Program.objects.order_by("pk")}


@transaction.atomic
def settle_some(program_id: int, now: datetime, *, after: int) -> Sequence[Promise]:
    """Settle some promises that are due or owed, and that nobody else is settling."""
    due = Q(state=Promise.State.OPEN, due_at__lt=now)
    owed = Q(state=Promise.State.BROKEN, given_at=None, broken_at__gt=now - OWED)
    found = Promise.objects.filter(due | owed, guarantee__program_id=program_id, pk__gt=after).order_by("id")
    held = found.select_for_update(skip_locked=True, of=("self",), no_key=True)
    rows = list(held.select_related("guarantee__program", "guarantee__unit")[:SWEPT])
    for each in rows:
        settle(each, now)
    return rows
