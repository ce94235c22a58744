"""Returns: what is taken back of what a line earned, in full or by pieces, and what a policy lets go."""

from dataclasses import dataclass

from vinculo.foundation.errors import InputError

POLICIES = ("pending", "balance", "floor")


def returned(points: int, *, pieces: int, back: int) -> int:
    """Return the points to take back of what a line earned when so many of its pieces came back.

    In proportion, rounded down, so that the member keeps the odd point; all of them when all pieces are back. The sum
    of any number of returns is what one return of them all would take.

    >>> [returned(10, pieces=3, back=back) for back in (0, 1, 2, 3, 4)]
    [0, 3, 6, 10, 10]
    """
    if pieces <= 0 or back >= pieces:
        return points
    return points * max(back, 0) // pieces


@dataclass(frozen=True)
class Clawback:
    """What is taken of what ought to be, and what the policy lets go."""

    taken: int
    forgiven: int


def clawback(wanted: int, *, policy: str, pending: int, balance: int, floor: int = 0) -> Clawback:
    """Return how much may be taken back.

    Parameters
    ----------
    wanted
        Points that ought to be taken.
    policy
        `pending`: only what is pending still; `balance`: as far as the balance goes; `floor`: down to a floor.
    pending
        Points of the same award that are pending still: they go first, whatever the policy.
    balance, floor
        Of the wallet.

    >>> clawback(100, policy="balance", pending=0, balance=30)
    Clawback(taken=30, forgiven=70)
    >>> clawback(100, policy="floor", pending=0, balance=30, floor=-50)
    Clawback(taken=80, forgiven=20)
    """
    if policy not in POLICIES:
        raise InputError("There is no policy of returns {found!r}: choose among {known}.", found=policy, known=POLICIES)
    room = {"pending": 0, "balance": max(balance, 0), "floor": max(balance - floor, 0)}[policy]
    taken = min(wanted, pending + room)
    return Clawback(taken, wanted - taken)
