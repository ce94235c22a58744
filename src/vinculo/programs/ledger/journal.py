"""Journal: what a batch writes, and the few movements every posting is made of."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter

from vinculo.programs.ledger.posting import Post
from vinculo.programs.ledger.state import Lot, State, Wallet

ORDER = attrgetter("order")
Decided = tuple[Post, int, bytes, str, int | None, int, int, int]
"""A post; the number and the hash it got, why it was refused, its account, what it asked, what moved, the balance."""


@dataclass(slots=True)
class Journal:
    """Rows to write, filled posting by posting. A movement names both its sides: it cannot be unbalanced (I1)."""

    state: State
    now: datetime
    number: int = 0
    asked: int = 0
    moved: int = 0
    """Transfers of the posting so far."""
    used: int = 0
    """Uses of lots of the posting so far."""
    postings: list[Decided] = field(default_factory=list)
    transfers: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    uses: list[tuple[int, int, int, int]] = field(default_factory=list)
    opened: list[Lot] = field(default_factory=list)
    changed: dict[int, Lot] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)
    """Change of the balance of each account; those of the house are left out when it is written."""
    active: dict[int, date] = field(default_factory=dict)

    def begin(self, number: int, asked: int) -> None:
        """Begin a posting."""
        self.number, self.asked, self.moved, self.used = number, asked, 0, 0

    def move(self, debit: int, credit: int, amount: int) -> None:
        """Move points between two accounts."""
        self.transfers.append((self.number, self.moved, debit, credit, amount))
        self.moved += 1
        moves = self.moves
        moves[debit] = moves.get(debit, 0) - amount
        moves[credit] = moves.get(credit, 0) + amount

    def debit(self, wallet: Wallet, target: int, amount: int) -> None:
        """Take points out of a wallet; whoever calls has seen to its floor (I3)."""
        self.move(wallet.id, target, amount)
        wallet.balance -= amount

    def credit(self, wallet: Wallet, source: int, amount: int, lots: Iterable[Lot]) -> None:
        """Put points of some lots into a wallet; what it owes is taken from them at once."""
        self.move(source, wallet.id, amount)
        owed = -wallet.balance
        wallet.balance += amount
        if owed > 0:
            for lot in lots:
                part = min(owed, lot.remaining)
                owed -= part
                self.use(lot, part)
            if wallet.lots is not None:
                wallet.lots = [lot for lot in wallet.lots if lot.remaining]

    def use(self, lot: Lot, amount: int) -> None:
        """Take points out of a lot; give them back to it below zero."""
        if not amount:
            return
        lot.remaining -= amount
        self.uses.append((self.number, self.used, lot.id, amount))
        self.used += 1
        self.changed[lot.id] = lot

    def consume(self, wallet: Wallet, amount: int) -> list[tuple[Lot, int]]:
        """Take points from the lots of a wallet, earliest to be lost first; return from which how many."""
        taken, lots, done = [], wallet.lots or [], 0
        for lot in lots:
            if not amount:
                break
            part = min(amount, lot.remaining)
            self.use(lot, part)
            taken.append((lot, part))
            amount -= part
            done += not lot.remaining
        del lots[:done]
        assert not amount, "the lots of a wallet hold its balance"
        return taken

    def give_back(self, wallet: Wallet, lot: Lot, amount: int) -> None:
        """Give points back to the lot they came from, whose last day stays."""
        self.use(lot, -amount)
        self.shelve(wallet, lot)

    def open(self, wallet: Wallet, lot: Lot) -> Lot:
        """Open a lot, in a wallet unless its points are pending."""
        self.opened.append(lot)
        self.state.lots[lot.id] = lot
        if lot.account == wallet.id:
            self.shelve(wallet, lot)
        return lot

    def shelve(self, wallet: Wallet, lot: Lot) -> None:
        """Put a lot where its turn is, if anybody is going to take from the wallet."""
        if wallet.lots is not None and all(lot is not each for each in wallet.lots):
            insort(wallet.lots, lot, key=ORDER)

    def lots_of(self, award: int) -> list[Lot]:
        """Return the lots that hold, or held, points of an award."""
        own = self.state.lots.get(award)
        return [*([own] if own else []), *self.state.by_award.get(award, [])]
