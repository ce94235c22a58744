"""Pace: how many calls a token may make in a minute, whichever process of the site they come to."""

from vinculo.api.v1.problems import TooManyError
from vinculo.identify.records.senders import pace
from vinculo.identify.records.senders.pace import Rate


def take(token_id: int, per_minute: int) -> int:
    """Take a call off what a token may make; return how many are left at once.

    Raises
    ------
    TooManyError
        None is left: `seconds` says how long until there is one.
    """
    a_second = per_minute / 60
    found = pace.take(f"token:{token_id}", 1, Rate(a_second, per_minute, least=1, ahead=a_second))
    if found.wait_seconds:
        raise TooManyError(
            "This token may make {most} calls a minute: come again in {seconds} s.",
            most=per_minute,
            seconds=found.wait_seconds,
        )
    return int(found.left)
