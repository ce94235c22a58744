"""Giving: postings that put points into a wallet, or promise them."""

from datetime import date

from vinculo.programs.ledger import expiry, refusals
from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.posting import NEVER, Post
from vinculo.programs.ledger.refusals import Refused
from vinculo.programs.ledger.state import Lot, Referred, Unit, Wallet


def award(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Issue points, at once or pending; somebody who is blocked goes on earning, who has left does not."""
    if post.amount <= 0:
        raise Refused(refusals.AMOUNT)
    if wallet.standing == "left":
        raise Refused(refusals.WALLET_CLOSED)
    pending = post.pending_until is not None or post.pending_event != ""
    account = wallet.pending if pending else wallet.id
    assert account is not None
    source = other_side(wallet.unit, "issuance", post.grant_class, post.details.get("partner", ""))
    lot = issue(journal, post, wallet, account)
    if pending:
        lot.release_at, lot.release_event = post.pending_until, post.pending_event
        journal.move(source, account, post.amount)
    else:
        journal.credit(wallet, source, post.amount, (lot,))
    return post.amount


def adjust(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Correct a balance up or down, in somebody's name, never below zero."""
    if not post.author:
        raise Refused(refusals.AUTHOR)
    if not post.amount:
        raise Refused(refusals.AMOUNT)
    correction = wallet.unit.house["correction"]
    if post.amount > 0:
        journal.credit(wallet, correction, post.amount, (issue(journal, post, wallet, wallet.id),))
    else:
        if -post.amount > wallet.balance:
            raise Refused(refusals.INSUFFICIENT)
        journal.consume(wallet, -post.amount)
        journal.debit(wallet, correction, -post.amount)
    return post.amount


def issue(journal: Journal, post: Post, wallet: Wallet, account: int) -> Lot:
    """Open the lot of an award, which has the number of its posting."""
    lot = Lot(
        journal.number,
        account,
        journal.number,
        journal.number,
        post.grant_class or ("adjustment" if post.kind == "adjust" else ""),
        post.happened_at,
        day_of_loss(journal, post, wallet.unit),
        post.amount,
        post.amount,
    )
    return journal.open(wallet, lot)


def release(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Make pending points available: all that is left of them, once (I6)."""
    lot, of = pending_lot(journal, post, wallet)
    assert wallet.pending is not None
    whole(journal, post, lot.remaining)
    lot.account, lot.release_at, lot.release_event = wallet.id, None, ""
    journal.changed[lot.id] = lot
    journal.shelve(wallet, lot)
    amount = lot.remaining
    journal.credit(wallet, wallet.pending, amount, (lot,))
    of.resolved = True
    return amount


def reinstate(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Give expired points back with a new last day, in lots of their own that keep when and why they were earned."""
    of = referred(journal, post, wallet)
    if of.kind != "expire":
        raise Refused(refusals.POSTING_FINAL)
    lots = [(journal.state.lots[number], used) for number, used in reversed(of.uses)]
    rest = min(of.amount - of.reversed, sum(min(used, lot.expired) for lot, used in lots))
    left = amount = whole(journal, post, rest, partial=True)
    opened = []
    for lot, used in lots:
        part = min(left, used, lot.expired)
        if part:
            left -= part
            opened.append(again(journal, post, wallet, lot, part))
    journal.credit(wallet, wallet.unit.house["breakage"], amount, opened)
    of.reversed += amount
    return amount


def again(journal: Journal, post: Post, wallet: Wallet, lot: Lot, amount: int) -> Lot:
    """Open a lot with expired points of another."""
    journal.use(lot, -amount)
    lot.expired -= amount
    journal.use(lot, amount)
    last = day_of_loss(journal, post, wallet.unit)
    return journal.open(wallet, heir(journal, lot, wallet.id, amount, last))


def heir(journal: Journal, lot: Lot, account: int, amount: int, expires_on: date | None) -> Lot:
    """Return a lot with points that were in another."""
    number = next(journal.state.numbers)
    made = Lot(number, account, journal.number, lot.award, lot.grant_class, lot.earned_at, expires_on, amount, amount)
    journal.state.by_award.setdefault(lot.award, []).append(made)
    return made


def pending_lot(journal: Journal, post: Post, wallet: Wallet) -> tuple[Lot, Referred]:
    """Return the lot of a pending award that nobody has resolved, and the award."""
    of = unresolved(journal, post, wallet)
    lot = journal.state.lots.get(of.id)
    if of.kind != "award" or lot is None or lot.account != wallet.pending:
        raise Refused(refusals.POSTING_FINAL)
    if not lot.remaining:
        raise Refused(refusals.NOTHING_LEFT)
    return lot, of


def referred(journal: Journal, post: Post, wallet: Wallet) -> Referred:
    """Return the posting of the same wallet that a post refers to."""
    of = journal.state.referred.get(post.refers_to or 0)
    if of is None or of.account != wallet.id:
        raise Refused(refusals.POSTING_UNKNOWN)
    return of


def unresolved(journal: Journal, post: Post, wallet: Wallet) -> Referred:
    """Return the posting a post refers to, unless it was resolved before (I6)."""
    of = referred(journal, post, wallet)
    if of.resolved:
        raise Refused(refusals.RESOLVED)
    return of


def whole(journal: Journal, post: Post, rest: int, *, partial: bool = False) -> int:
    """Return how much of what is left is asked for: 0 is all, and a part only where parts are possible."""
    if post.amount < 0:
        raise Refused(refusals.AMOUNT)
    if rest <= 0:
        raise Refused(refusals.NOTHING_LEFT)
    if post.amount > rest:
        raise Refused(refusals.EXCEEDS)
    if post.amount and post.amount != rest and not partial:
        raise Refused(refusals.AMOUNT)
    journal.asked = post.amount or rest
    return journal.asked


def day_of_loss(journal: Journal, post: Post, unit: Unit) -> date | None:
    """Return the last day of points earned now: as the post says, else by the policy of the unit."""
    if post.expires_on is not None:
        return None if post.expires_on == NEVER else post.expires_on
    if unit.policy.expiry == "none":
        return None
    day = post.happened_at.astimezone(journal.state.zone).date()
    if day not in unit.days:
        unit.days[day] = expiry.last_day(unit.policy, day)
    return unit.days[day]


def other_side(unit: Unit, kind: str, reason: str, partner: object) -> int:
    """Return the account of the house that points come from or go to: a partner's where one pays or is paid."""
    return unit.partners[str(partner)] if reason == "partner" else unit.house[kind]
