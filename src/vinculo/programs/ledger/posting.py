"""Posting: what is asked of the ledger, and what it answers; plain values that any door can make."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

NEVER = date.max
"""As the day a lot is lost: never, whatever the unit says."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Post(NamedTuple):
    """One event that is to move points of one wallet; `source` and `event` are its key, for ever (I4).

    An amount of 0 means all there is, of kinds that resolve or give back another posting. A retry carries the same
    values as the first try, `happened_at` included: otherwise it is another payload under a known key.
    """

    source: str
    event: str
    kind: str
    account_id: int
    amount: int
    happened_at: datetime
    grant_class: str = ""
    reward_class: str = ""
    refers_to: int | None = None
    """The posting that is taken back, released, confirmed, cancelled…"""
    reference: str = ""
    """What a person recognises: the number of an order, the code of a reward."""
    to_account_id: int | None = None
    expires_on: date | None = None
    """Last day of the points; by the policy of the unit when nothing is said."""
    pending_until: datetime | None = None
    """An award is pending, or a reservation held, until then; with `pending_event` an award is cancelled then."""
    pending_event: str = ""
    rule_id: int | None = None
    rule_version: int | None = None
    campaign: str = ""
    author: str = ""
    details: Mapping[str, Any] = NOTHING
    """Kept as they are. `partner` names the partner who pays, or is paid."""
    member_id: int | None = None
    """Who of those sharing a pooled wallet it is about."""


class Outcome(NamedTuple):
    """What became of one post: the first answer is the answer for ever, refusals included."""

    posting_id: int
    refused: str
    """Empty, or a stable code (see `refusals`)."""
    balance: int
    """Of the wallet, after it."""
    replayed: bool = False
    """The key was known with the same payload: this is its first outcome."""
    amount: int = 0
    """What moved; less than asked for where a return finds only part of the points."""
