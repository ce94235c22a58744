"""Taking: postings that take points out of a wallet or set them aside, and those that resolve what was set aside."""

from vinculo.programs.ledger import refusals
from vinculo.programs.ledger.giving import heir, other_side, pending_lot, unresolved, whole
from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.posting import Post
from vinculo.programs.ledger.refusals import Refused
from vinculo.programs.ledger.state import Referred, Wallet


def spend(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Exchange points for a reward."""
    exchangeable(journal, post, wallet)
    target = other_side(wallet.unit, "redemption", post.reward_class, post.details.get("partner", ""))
    journal.consume(wallet, post.amount)
    journal.debit(wallet, target, post.amount)
    return post.amount


def reserve(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Set points aside for a reward; the lots they come from are kept for when they come back."""
    exchangeable(journal, post, wallet)
    return set_aside(journal, post, wallet)


def block(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Set points aside whatever the member wants."""
    enough(post, wallet)
    return set_aside(journal, post, wallet)


def transfer(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Hand points to another wallet; they keep their last day, and when and why they were earned (I10)."""
    target = journal.state.wallets.get(post.to_account_id or 0)
    if target is None:
        raise Refused(refusals.WALLET_UNKNOWN)
    if target is wallet or target.unit.id != wallet.unit.id:
        raise Refused(refusals.WALLET_OTHER)
    standing(target)
    exchangeable(journal, post, wallet)
    taken = journal.consume(wallet, post.amount)
    wallet.balance -= post.amount
    heirs = [journal.open(target, heir(journal, lot, target.id, amount, lot.expires_on)) for lot, amount in taken]
    journal.credit(target, wallet.id, post.amount, heirs)
    return post.amount


def confirm(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Exchange what was reserved, once (I6)."""
    of = unresolved(journal, post, wallet)
    if of.kind != "reserve":
        raise Refused(refusals.POSTING_FINAL)
    amount = whole(journal, post, of.amount)
    assert wallet.blocked is not None
    target = other_side(wallet.unit, "redemption", of.reward_class, of.partner)
    journal.move(wallet.blocked, target, amount)
    of.resolved = True
    return amount


def cancel(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Cancel what is pending or reserved, or note that its time is over; once (I6)."""
    of = unresolved(journal, post, wallet)
    if of.kind == "reserve":
        return put_back(journal, post, wallet, of)
    lot, of = pending_lot(journal, post, wallet)
    amount = whole(journal, post, lot.remaining)
    journal.use(lot, amount)
    assert wallet.pending is not None
    journal.move(wallet.pending, of.house, amount)
    of.resolved = of.cancelled = True
    return amount


def unblock(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Free blocked points, once (I6)."""
    of = unresolved(journal, post, wallet)
    if of.kind != "block":
        raise Refused(refusals.POSTING_FINAL)
    return put_back(journal, post, wallet, of)


def set_aside(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Move points to the account of what lies still."""
    assert wallet.blocked is not None
    journal.consume(wallet, post.amount)
    journal.debit(wallet, wallet.blocked, post.amount)
    return post.amount


def put_back(journal: Journal, post: Post, wallet: Wallet, of: Referred) -> int:
    """Give what was set aside back to the lots it came from."""
    amount = whole(journal, post, of.amount)
    lots = []
    for number, used in of.uses:
        lots.append(journal.state.lots[number])
        journal.give_back(wallet, lots[-1], used)
    assert wallet.blocked is not None
    journal.credit(wallet, wallet.blocked, amount, lots)
    of.resolved = True
    return amount


def exchangeable(journal: Journal, post: Post, wallet: Wallet) -> None:
    """Refuse what the member may not take out of the wallet, or what is not there."""
    standing(wallet)
    if not wallet.unit.spendable:
        raise Refused(refusals.NOT_SPENDABLE)
    enough(post, wallet)
    if post.member_id is not None:
        place = (wallet.id, post.member_id)
        left = journal.state.allowances.get(place)
        if left is not None:
            if post.amount > left:
                raise Refused(refusals.CAP)
            journal.state.allowances[place] = left - post.amount


def standing(wallet: Wallet) -> None:
    """Refuse the wallet of somebody who is blocked or has left."""
    if wallet.standing == "blocked":
        raise Refused(refusals.WALLET_BLOCKED)
    if wallet.standing == "left":
        raise Refused(refusals.WALLET_CLOSED)


def enough(post: Post, wallet: Wallet) -> None:
    """Refuse an amount that is none, or is not there (I3)."""
    if post.amount <= 0:
        raise Refused(refusals.AMOUNT)
    if post.amount > wallet.balance:
        raise Refused(refusals.INSUFFICIENT)
