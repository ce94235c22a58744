"""Stock: pieces that are there and pieces that are set aside; one statement decides, so none is given twice."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from vinculo.foundation.errors import InputError
from vinculo.programs.records.models import Redemption, Reward

_HOLD = """
UPDATE programs_reward SET stock = stock - %(pieces)s, held = held + %(pieces)s
WHERE id = %(reward)s AND stock >= %(pieces)s RETURNING stock
"""
_LOCK = "SELECT id FROM programs_reward WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_MOVE = "UPDATE programs_reward SET stock = stock + %s, held = held - %s WHERE id = %s"
_ADD = "UPDATE programs_reward SET stock = stock + %(pieces)s WHERE id = %(reward)s AND stock + %(pieces)s >= 0"


def hold(reward: Reward, pieces: int) -> bool:
    """Set pieces aside, if so many are there."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"reward": reward.pk, "pieces": pieces})
        return cursor.fetchone() is not None


def leave(redemptions: Iterable[Redemption]) -> None:
    """Let pieces that were set aside go: they were given out."""
    move(redemptions, back=0)


def put_back(redemptions: Iterable[Redemption]) -> None:
    """Put pieces that were set aside back on the shelf."""
    move(redemptions, back=1)


def move(redemptions: Iterable[Redemption], *, back: int) -> None:
    """Count down what is set aside, reward by reward, in the order of their numbers."""
    pieces = Counter[int]()
    for each in redemptions:
        if each.stock_held and each.reward_id is not None:
            pieces[each.reward_id] += each.quantity
    if pieces:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [list(pieces)])
            for reward_id, count in sorted(pieces.items()):
                cursor.execute(_MOVE, [count * back, count, reward_id])


def restock(reward_id: int, pieces: int) -> None:
    """Put pieces that came back on the shelf, if they are counted still."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [pieces, 0, reward_id])


def stock_add(*, reward_id: int, pieces: int) -> None:
    """Add pieces to the stock of a reward that has one, or take some away.

    Raises
    ------
    InputError
        It has no stock, or not as many as are taken away.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"reward": reward_id, "pieces": pieces})
        if not cursor.rowcount:
            raise InputError("So many pieces are not in stock: found fewer than {pieces}.", pieces=abs(pieces))
