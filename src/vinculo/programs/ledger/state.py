"""State: wallets, lots and earlier postings as a batch finds them, read under the locks of its wallets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from vinculo.programs.ledger.expiry import Policy
from vinculo.programs.ledger.posting import Outcome

Key = tuple[str, str]


@dataclass(slots=True)
class Unit:
    """A kind of points, its policies, and the accounts of the house in it."""

    id: int
    spendable: bool
    policy: Policy
    return_policy: str
    house: dict[str, int]
    """Account of each kind of the house."""
    partners: dict[str, int] = field(default_factory=dict)
    days: dict[date, date | None] = field(default_factory=dict)
    """Last days worked out already, by the day of earning."""


@dataclass(slots=True)
class Lot:
    """Points of one issue. `remaining` lies on `account`; `expired` is what a sweep took and nobody took back (I7)."""

    id: int
    account: int
    posting: int
    award: int
    """The posting that issued the points first: another than `posting` where they were handed on or given back."""
    grant_class: str
    earned_at: datetime
    expires_on: date | None
    issued: int
    remaining: int
    expired: int = 0
    release_at: datetime | None = None
    release_event: str = ""

    @property
    def order(self) -> tuple[date, datetime, int]:
        """Return what is compared to take points: the earliest to be lost first, then the oldest."""
        return (self.expires_on or date.max, self.earned_at, self.id)


@dataclass(slots=True)
class Wallet:
    """An account of a member, with the lots it is known to hold, in the order in which they are taken."""

    id: int
    unit: Unit
    balance: int
    floor: int
    standing: str
    """State of the member: active, blocked or left."""
    member: int
    """Who has it: a pool, where it is shared."""
    booked: int = 0
    """What of this batch is in the stored balance already."""
    pending: int | None = None
    blocked: int | None = None
    lots: list[Lot] | None = None
    """None where nothing of the batch takes from it."""


@dataclass(slots=True)
class Referred:
    """An earlier posting that one of the batch refers to."""

    id: int
    kind: str
    account: int
    amount: int
    reward_class: str
    partner: str
    house: int = 0
    """The other side of its transfer."""
    reversed: int = 0
    """What was asked back of it already."""
    resolved: bool = False
    cancelled: bool = False
    uses: list[tuple[int, int]] = field(default_factory=list)
    """Lots it took points from, in order."""


@dataclass(slots=True)
class State:
    """All that deciding needs to know."""

    zone: ZoneInfo
    batch: int
    """Number of the batch that is open."""
    wallets: dict[int, Wallet]
    numbers: Iterator[int]
    """Numbers of postings and of lots: a lot of an award has the number of its posting."""
    known: dict[Key, tuple[bytes, Outcome]] = field(default_factory=dict)
    """Hash of the payload, and what was answered, under each key."""
    referred: dict[int, Referred] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    by_award: dict[int, list[Lot]] = field(default_factory=dict)
    allowances: dict[tuple[int, int], int] = field(default_factory=dict)
    """What a member may still take from a shared wallet, where that is limited."""
