"""Ballots: members decide on rewards and causes, one vote each."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Result(NamedTuple):
    """What one option got."""

    option_id: int
    votes: int
    share: float
    leads: bool
    """No other option has more; several do when they are equal."""


def tally(options: Sequence[int], votes: Mapping[int, int]) -> list[Result]:
    """Return the options with the most votes first; equal ones as they stand on the ballot.

    >>> [(each.option_id, each.votes, each.leads) for each in tally([1, 2, 3], {2: 3, 3: 1})]
    [(2, 3, True), (3, 1, False), (1, 0, False)]
    """
    total, most = sum(votes.values()), max([0, *votes.values()])
    ordered = sorted(options, key=lambda each: (-votes.get(each, 0), options.index(each)))
    return [
        Result(each, (got := votes.get(each, 0)), got / total if total else 0.0, 0 < got == most) for each in ordered
    ]
