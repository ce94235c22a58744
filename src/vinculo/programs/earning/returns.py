"""Returns: what is taken back of what a line earned, in full or by pieces.

How far a wallet that has spent them gives points back is the policy of its unit, which the ledger keeps
(`ledger.returning`): only what is pending, within the balance, or down to a floor.
"""


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
