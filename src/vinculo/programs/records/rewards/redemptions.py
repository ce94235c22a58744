"""Redemptions: a reward is set aside, given out and used, or cancelled, and each of these happens once.

Locks are taken in one order: the redemption, its reward, what was used of limits, its code, the wallet; none of them is
in the way of those who only point to a row. A refusal is an outcome: it is kept under the key of the client, and the
same key is answered the same for ever.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from vinculo.foundation import actor
from vinculo.programs.records import standings
from vinculo.programs.records.models import Member, Redemption, Reward
from vinculo.programs.records.rewards import catalogue, limits, points, resolving, stock, vault
from vinculo.programs.records.rewards.limits import FullError, Piece
from vinculo.programs.records.rewards.resolving import Redeemed
from vinculo.programs.rewards import offers
from vinculo.programs.rewards.offers import Standing

State = Redemption.State
MOST_PIECES = 10_000
"""Pieces of one redemption."""


@dataclass(frozen=True)
class Wish:
    """A member wants a reward; `source` and `key` tell the wish from every other, for ever."""

    program_id: int
    reward: str
    member_id: int
    source: str
    key: str
    quantity: int = 1
    standing: Standing | None = None
    """What decides the price; as it is known of the member when nothing is said."""
    place: str = ""

    @property
    def payload_hash(self) -> bytes:
        """Return what tells another wish under the same key."""
        said = f"{self.reward}|{self.member_id}|{self.quantity}".encode()
        return hashlib.blake2b(said, digest_size=16).digest()


class RefusedError(Exception):
    """A reward is not given: a code of `refusals`; whatever was done before is to be rolled back."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def redemption_reserve(wish: Wish, *, now: datetime) -> Redeemed:
    """Set a reward aside for a member: points, stock, a code and a share of every limit, or nothing of it.

    A reward whose points are taken at once is given out too. The same key again returns what became of the first;
    with another wish it is refused with `redemption.conflict`.
    """
    with transaction.atomic():
        reward = catalogue.reward_find(program_id=wish.program_id, code=wish.reward)
        member = Member.objects.filter(program_id=wish.program_id, pk=wish.member_id).first()
        redemption = claim(wish, reward, member, now)
        if redemption is None:
            return again(wish)
        try:
            return decide(wish, redemption, now=now)
        except RefusedError as refusal:
            return refuse(redemption, refusal.code, now=now)


def claim(wish: Wish, reward: Reward | None, member: Member | None, now: datetime) -> Redemption | None:
    """Take the key of a wish, or return nothing when it was taken before; whoever takes it now is waited for."""
    made = Redemption(
        program_id=wish.program_id,
        reward=reward,
        member=member,
        customer_id=member.customer_id if member else None,
        source=wish.source,
        key=wish.key,
        payload_hash=wish.payload_hash,
        state=State.RESERVED,
        quantity=min(max(wish.quantity, 0), MOST_PIECES),
        place=wish.place,
        reserved_at=now,
        good_until=now + timedelta(minutes=reward.good_for_minutes if reward else 0),
        reserved_by=actor.current().name,
    )
    return made if insert(made) else None


def insert(made: Redemption) -> bool:
    """Insert a redemption unless its key is taken; tell whether it was."""
    columns = [each for each in Redemption._meta.concrete_fields if not each.primary_key]
    values = [each.get_db_prep_save(getattr(made, each.attname), connection) for each in columns]
    names = ", ".join(f'"{each.column}"' for each in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO programs_redemption ({names}) VALUES ({', '.join(['%s'] * len(values))})"
            " ON CONFLICT (program_id, source, key) DO NOTHING RETURNING id",
            values,
        )
        found = cursor.fetchone()
    if found:
        made.pk = int(found[0])
    return found is not None


def again(wish: Wish) -> Redeemed:
    """Return what became of the wish that took the key before."""
    known = Redemption.objects.get(program_id=wish.program_id, source=wish.source, key=wish.key)
    if bytes(known.payload_hash) != wish.payload_hash:
        return Redeemed(0, State.REFUSED, "redemption.conflict")
    return replace(resolving.told(known), replayed=True)


def decide(wish: Wish, redemption: Redemption, *, now: datetime) -> Redeemed:
    """Set the reward aside, or raise why not with everything as it was."""
    reward = allowed(wish, redemption)
    day = catalogue.day_of(reward, now)
    standing = wish.standing or standings.standing_of(member_id=wish.member_id)
    quoted = offers.quote(catalogue.offer_of(reward), standing, day)
    if quoted.refused:
        raise RefusedError(quoted.refused)
    piece = Piece(reward, quoted.points, wish.member_id, day)
    try:
        with transaction.atomic():
            balance = set_aside(redemption, piece, now=now)
    except FullError as full:
        limits.stop(full.limit, piece, now=now)
        raise RefusedError("reward.limit_reached" if full.limit.per_member else "reward.budget_spent") from None
    if reward.taken == Reward.Taken.AT_ONCE:
        return resolving.give_out(redemption, now=now)
    return replace(resolving.told(redemption), balance=balance)


def allowed(wish: Wish, redemption: Redemption) -> Reward:
    """Return the reward if the member may ask for it at all."""
    if redemption.reward is None:
        raise RefusedError("reward.unknown")
    if redemption.member is None:
        raise RefusedError("member.unknown")
    if redemption.member.state != Member.State.ACTIVE:
        raise RefusedError("member.not_active")
    one_by_one = redemption.reward.codes == Reward.Codes.POOL
    if not 1 <= wish.quantity <= (1 if one_by_one else MOST_PIECES):
        raise RefusedError("reward.quantity")
    return redemption.reward


def set_aside(redemption: Redemption, piece: Piece, *, now: datetime) -> int | None:
    """Set stock, limits, a code and points aside, in the order of locks; return the balance if points moved."""
    reward = piece.reward
    if reward.stock is not None:
        if not stock.hold(reward, redemption.quantity):
            raise RefusedError("reward.out_of_stock")
        redemption.stock_held = True
    if not redemption.given_for:
        redemption.charges = limits.charge(piece, redemption.quantity, now=now)
    if reward.codes == Reward.Codes.GENERATED:
        vault.make(redemption, reward, now=now)
    elif reward.codes == Reward.Codes.POOL and vault.allot(redemption, reward, today=piece.day) is None:
        raise RefusedError("reward.no_code_left")
    redemption.points = piece.points * redemption.quantity
    redemption.cost_minor = reward.cost_minor * redemption.quantity
    redemption.agent = reward.agent
    redemption.fair_value_minor = reward.fair_value_minor * redemption.quantity
    outcome = points.reserve(redemption, reward, now=now)
    if outcome.refused:
        raise RefusedError(outcome.refused)
    redemption.reserve_posting_id = outcome.posting_id or None
    redemption.save()
    return outcome.balance if outcome.posting_id else None


def refuse(redemption: Redemption, code: str, *, now: datetime) -> Redeemed:
    """Keep a refusal under the key of its wish."""
    Redemption.objects.filter(pk=redemption.pk).update(state=State.REFUSED, refused=code, resolved_at=now)
    return Redeemed(redemption.pk, State.REFUSED, code)


@dataclass(frozen=True)
class Gift:
    """A reward that nobody pays for: to a customer, a member or not, and for what it is given."""

    reward_id: int
    customer_id: int
    given_for: str
    key: str
    member_id: int | None = None


def reward_give(gift: Gift, *, now: datetime) -> Redeemed:
    """Give a reward for no points; the same key again gives nothing more.

    Prices, days and limits do not hold for gifts; stock and codes do. A refusal is not kept: it is tried again.
    """
    reward = catalogue.reward_get(reward_id=gift.reward_id)
    made = Redemption(
        program_id=reward.program_id,
        reward=reward,
        member_id=gift.member_id,
        customer_id=gift.customer_id,
        source=gift.given_for,
        key=gift.key,
        payload_hash=hashlib.blake2b(f"{gift.reward_id}|{gift.customer_id}".encode(), digest_size=16).digest(),
        state=State.RESERVED,
        given_for=gift.given_for,
        reserved_at=now,
        good_until=now + timedelta(minutes=reward.good_for_minutes),
        reserved_by=actor.current().name,
    )
    try:
        with transaction.atomic():
            if not insert(made):
                known = Redemption.objects.get(program_id=reward.program_id, source=gift.given_for, key=gift.key)
                return replace(resolving.told(known), replayed=True)
            set_aside(made, Piece(reward, 0, gift.member_id, catalogue.day_of(reward, now)), now=now)
            if reward.codes == Reward.Codes.POOL:
                return resolving.give_out(made, now=now)
            return resolving.told(made)
    except RefusedError as refusal:
        return Redeemed(0, State.REFUSED, refusal.code)
