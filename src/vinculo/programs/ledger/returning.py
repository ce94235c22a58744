"""Returning: an award taken back because its purchase was returned, a redemption taken back into the lots it used."""

from vinculo.programs.ledger import refusals
from vinculo.programs.ledger.giving import referred, whole
from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.posting import Post
from vinculo.programs.ledger.refusals import Refused
from vinculo.programs.ledger.state import Referred, Wallet

RESTORED = ("spend", "confirm")


def reverse(journal: Journal, post: Post, wallet: Wallet) -> int:
    """Take a posting back, in full or in part, never more than it was (I9)."""
    of = referred(journal, post, wallet)
    giving = of.kind == "award" or (of.kind == "adjust" and of.amount > 0)
    if not giving and of.kind != "adjust" and of.kind not in RESTORED:
        raise Refused(refusals.POSTING_FINAL)
    asked = whole(journal, post, abs(of.amount) - of.reversed, partial=True)
    moved = claw_back(journal, wallet, of, asked) if giving else restore(journal, wallet, of, asked)
    of.reversed += asked
    return moved


def restore(journal: Journal, wallet: Wallet, of: Referred, asked: int) -> int:
    """Give points back to the lots they came from: those taken last first, as if less had been spent."""
    left, skipped, lots = asked, of.reversed, []
    for number, used in reversed(of.uses):
        passed = min(skipped, used)
        skipped -= passed
        part = min(left, used - passed)
        if part:
            left -= part
            lots.append(journal.state.lots[number])
            journal.give_back(wallet, lots[-1], part)
    journal.credit(wallet, of.house, asked, lots)
    return asked


def claw_back(journal: Journal, wallet: Wallet, of: Referred, asked: int) -> int:
    """Take points of an award back; return how many were found.

    In this order: what is pending, what is left of the award, what of it has expired already (which costs the member
    nothing, as if it had never been earned), then, as the unit says, other points and a debt down to the floor.
    """
    unit, left = wallet.unit, asked
    if of.cancelled:
        raise Refused(refusals.NOTHING_LEFT)
    lots = [lot for lot in journal.lots_of(of.id) if lot.account in (wallet.id, wallet.pending)]
    for lot in lots:
        if lot.account == wallet.pending and lot.remaining:
            part = min(left, lot.remaining)
            journal.use(lot, part)
            journal.move(lot.account, of.house, part)
            left -= part
    if unit.return_policy != "pending":
        left = from_wallet(journal, wallet, of, left)
    if left == asked:
        raise Refused(refusals.NOTHING_LEFT)
    return asked - left


def from_wallet(journal: Journal, wallet: Wallet, of: Referred, asked: int) -> int:
    """Take points of an award that were available; return how many are lacking."""
    lots = [lot for lot in journal.lots_of(of.id) if lot.account == wallet.id]
    left, taken = asked, 0
    for lot in lots:
        part = min(left - taken, lot.remaining)
        journal.use(lot, part)
        taken += part
    left -= taken
    if taken and wallet.lots is not None:
        wallet.lots = [lot for lot in wallet.lots if lot.remaining]
    expired = 0
    for lot in lots:
        part = min(left - expired, lot.expired)
        if part:
            journal.use(lot, -part)
            lot.expired -= part
            journal.use(lot, part)
            expired += part
    left -= expired
    others = min(left, max(wallet.balance - taken, 0))
    journal.consume(wallet, others)
    left -= others
    lowest = wallet.floor if wallet.unit.return_policy == "floor" else 0
    debt = min(left, max(wallet.balance - taken - others - lowest, 0))
    left -= debt
    if taken + others + debt:
        journal.debit(wallet, of.house, taken + others + debt)
    if expired:
        journal.move(wallet.unit.house["breakage"], of.house, expired)
    return left
