"""A small model of the ledger, in memory and in other words than it: what any way of posting must agree with."""

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Lot:
    award: int
    born: int
    last: date | None
    left: int
    promised: bool = False
    expired: int = 0


@dataclass
class Told:
    """A posting that was made."""

    kind: str
    purse: "Purse"
    amount: int
    takes: list[tuple[Lot, int]] = field(default_factory=list)
    back: int = 0
    done: str = ""


@dataclass
class Purse:
    """What a member has in one unit: lots, a debt, and what lies still."""

    returns: str = "balance"
    floor: int = 0
    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    still: int = 0

    @property
    def balance(self) -> int:
        return sum(lot.left for lot in self.lots if not lot.promised) - self.debt

    def put(self, lots: list[tuple[Lot, int]]) -> None:
        for lot, amount in lots:
            lot.left += amount
        for lot, _amount in lots:
            paid = min(self.debt, lot.left)
            lot.left -= paid
            self.debt -= paid

    def take(self, amount: int) -> list[tuple[Lot, int]]:
        taken = []
        for lot in sorted(self.lots, key=lambda lot: (lot.last or date.max, lot.born)):
            part = 0 if lot.promised else min(amount, lot.left)
            if part:
                lot.left -= part
                amount -= part
                taken.append((lot, part))
        self.debt += amount
        return taken


class Points:
    """All purses of a programme, and what was posted."""

    def __init__(self) -> None:
        self.told: dict[int, Told] = {}
        self.clock = 0
        self.issued = self.spent = self.broken = self.corrected = 0

    def award(self, number: int, purse: Purse, amount: int, last: date | None, promised: bool) -> str | int:
        if amount <= 0:
            return "points.amount"
        self.clock += 1
        lot = Lot(number, self.clock, last, 0, promised)
        purse.lots.append(lot)
        if promised:
            lot.left = amount
        else:
            purse.put([(lot, amount)])
        self.issued += amount
        self.told[number] = Told("award", purse, amount)
        return amount

    def spend(self, number: int, kind: str, purse: Purse, amount: int) -> str | int:
        if amount <= 0:
            return "points.amount"
        if amount > purse.balance:
            return "points.insufficient"
        self.told[number] = Told(kind, purse, amount, purse.take(amount))
        if kind == "spend":
            self.spent += amount
        else:
            purse.still += amount
        return amount

    def resolve(self, kind: str, purse: Purse, of: int) -> str | int:
        told = self.told.get(of)
        if told is None or told.purse is not purse:
            return "posting.unknown"
        if told.done:
            return "points.resolved"
        lot = next((each for each in purse.lots if each.award == of), None)
        promise = told.kind == "award" and lot is not None and lot.promised
        fits = {
            "release": promise,
            "cancel": promise or told.kind == "reserve",
            "timeout": promise or told.kind == "reserve",
            "confirm": told.kind == "reserve",
            "unblock": told.kind == "block",
        }
        if not fits[kind]:
            return "posting.final"
        amount = lot.left if promise and lot else told.amount
        if not amount:
            return "points.nothing_left"
        told.done = kind
        if kind == "release" and lot:
            lot.left, lot.promised = 0, False
            purse.put([(lot, amount)])
        elif promise and lot:
            lot.left = 0
            self.issued -= amount
        else:
            purse.still -= amount
            if kind == "confirm":
                self.spent += amount
            else:
                purse.put(told.takes)
        return amount

    def reverse(self, purse: Purse, of: int, amount: int) -> str | int:
        told = self.told.get(of)
        if told is None or told.purse is not purse:
            return "posting.unknown"
        if told.kind not in ("award", "spend", "confirm", "adjust"):
            return "posting.final"
        rest = abs(told.amount) - told.back
        if amount < 0:
            return "points.amount"
        if not rest:
            return "points.nothing_left"
        if amount > rest:
            return "points.exceeds"
        amount = amount or rest
        gives = told.kind == "award" or (told.kind == "adjust" and told.amount > 0)
        moved = self.claw(purse, of, amount) if gives else self.give_back(told, amount)
        if not moved:
            return "points.nothing_left"
        told.back += amount
        if gives:
            book = "issued" if told.kind == "award" else "corrected"
            setattr(self, book, getattr(self, book) - moved)
        elif told.kind == "adjust":
            self.corrected += moved
        else:
            self.spent -= moved
        return moved

    def give_back(self, told: Told, amount: int) -> int:
        # One by one, from the last taken to the first, leaving out those given back before.
        points = [lot for lot, taken in reversed(told.takes) for _each in range(taken)]
        back = points[told.back : told.back + amount]
        lots: list[Lot] = []
        for lot in back:
            if lot not in lots:
                lots.append(lot)
        told.purse.put([(lot, sum(lot is each for each in back)) for lot in lots])
        return amount

    def claw(self, purse: Purse, of: int, amount: int) -> int:
        if self.told[of].done in ("cancel", "timeout"):
            return 0
        own = [lot for lot in purse.lots if lot.award == of]
        wanted = amount
        for lot in own:
            if lot.promised or purse.returns != "pending":
                part = min(amount, lot.left)
                lot.left -= part
                amount -= part
        if purse.returns == "pending":
            return wanted - amount
        for lot in own:
            part = min(amount, lot.expired)
            lot.expired -= part
            self.broken -= part
            amount -= part
        lowest = purse.floor if purse.returns == "floor" else 0
        part = min(amount, max(purse.balance - lowest, 0))
        purse.take(part)
        return wanted - amount + part

    def expire(self, purse: Purse, before: date) -> int:
        """Return what is lost; the number of its posting is told afterwards."""
        lost = [lot for lot in purse.lots if lot.last and lot.last < before and not lot.promised and lot.left]
        takes = [(lot, lot.left) for lot in lost]
        for lot, amount in takes:
            lot.left = 0
            lot.expired += amount
        self.lost = Told("expire", purse, sum(amount for _lot, amount in takes), takes)
        self.broken += self.lost.amount
        return self.lost.amount

    def reinstate(self, purse: Purse, of: int, amount: int, last: date | None) -> str | int:
        told = self.told.get(of)
        if told is None or told.purse is not purse:
            return "posting.unknown"
        if told.kind != "expire":
            return "posting.final"
        rest = min(told.amount - told.back, sum(min(lot.expired, taken) for lot, taken in told.takes))
        if not rest:
            return "points.nothing_left"
        if amount > rest:
            return "points.exceeds"
        amount = left = amount or rest
        heirs = []
        for lot, taken in reversed(told.takes):
            part = min(left, lot.expired, taken)
            if part:
                lot.expired -= part
                left -= part
                heirs.append((Lot(lot.award, lot.born, last, 0), part))
        purse.lots += [lot for lot, _part in heirs]
        purse.put(heirs)
        told.back += amount
        self.broken -= amount
        return amount

    def transfer(self, number: int, purse: Purse, other: Purse, amount: int) -> str | int:
        if purse is other:
            return "wallet.other"
        done = self.spend(number, "transfer", purse, amount)
        if isinstance(done, str):
            return done
        purse.still -= amount
        heirs = [(Lot(lot.award, lot.born, lot.last, 0), part) for lot, part in self.told[number].takes]
        other.lots += [lot for lot, _part in heirs]
        other.put(heirs)
        return amount

    def adjust(self, number: int, purse: Purse, amount: int) -> str | int:
        if not amount:
            return "points.amount"
        if amount < 0 and -amount > purse.balance:
            return "points.insufficient"
        takes: list[tuple[Lot, int]] = []
        if amount > 0:
            self.clock += 1
            lot = Lot(number, self.clock, None, 0)
            purse.lots.append(lot)
            purse.put([(lot, amount)])
        else:
            takes = purse.take(-amount)
        self.corrected += amount
        self.told[number] = Told("adjust", purse, amount, takes)
        return amount
