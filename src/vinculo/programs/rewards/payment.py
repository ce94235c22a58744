"""Payment: what rewards take off a price."""

MONEY_OFF, PERCENTAGE = "money_off", "percentage"
PAYING = (MONEY_OFF, PERCENTAGE)
"""Kinds of rewards that pay a part of an order."""
WHOLE = 10_000
"""Percentages are in hundredths."""


def off(kind: str, amount_minor: int | None, percentage_bp: int | None, *, pieces: int, of_minor: int) -> int:
    """Return what so many pieces of a reward take off a price by themselves; a half minor unit is rounded up.

    >>> off("money_off", 500, None, pieces=2, of_minor=25_50), off("percentage", None, 1_000, pieces=1, of_minor=25_45)
    (1000, 255)
    >>> off("product", None, None, pieces=1, of_minor=25_50)
    0
    """
    if kind == MONEY_OFF:
        return (amount_minor or 0) * pieces
    if kind == PERCENTAGE:
        return (of_minor * min(WHOLE, (percentage_bp or 0) * pieces) * 2 + WHOLE) // (2 * WHOLE)
    return 0
