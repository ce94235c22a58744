"""Deciding: each post of a batch in order of arrival, over what is known in memory; the first answer is final (I4)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from vinculo.programs.ledger import giving, hashing, refusals, returning, taking
from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.ledger.refusals import Refused
from vinculo.programs.ledger.state import State, Wallet

ACTS: dict[str, Callable[[Journal, Post, Wallet], int]] = {
    "award": giving.award,
    "release": giving.release,
    "timeout": taking.cancel,
    "cancel": taking.cancel,
    "spend": taking.spend,
    "reserve": taking.reserve,
    "confirm": taking.confirm,
    "reverse": returning.reverse,
    "reinstate": giving.reinstate,
    "transfer": taking.transfer,
    "block": taking.block,
    "unblock": taking.unblock,
    "adjust": giving.adjust,
}
"""What each kind does. Points expire by the sweep only, for all wallets at once."""
ACTIVITY = ("award", "spend", "reserve", "confirm")
"""Kinds that show that a member is active, where inactivity loses points."""


def decide(state: State, posts: Sequence[Post], *, now: datetime) -> tuple[list[Outcome], Journal]:
    """Return one outcome a post, and what is to be written; the state is that after the batch."""
    journal = Journal(state, now)
    asked = zip(posts, hashing.payloads(posts), strict=True)
    return [one(state, journal, post, digest) for post, digest in asked], journal


def one(state: State, journal: Journal, post: Post, digest: bytes) -> Outcome:
    """Decide one post."""
    key = (post.source, post.event)
    if key in state.known:
        known, first = state.known[key]
        return first._replace(replayed=True) if known == digest else first._replace(refused=refusals.CONFLICT, amount=0)
    number = next(state.numbers)
    journal.begin(number, post.amount)
    wallet, refused, moved = state.wallets.get(post.account_id), "", 0
    try:
        moved = act(journal, post, wallet)
    except Refused as error:
        refused, journal.asked = error.code, post.amount
    balance, account = (wallet.balance, wallet.id) if wallet else (0, None)
    outcome = Outcome(number, refused, balance, False, moved)
    state.known[key] = digest, outcome
    amount = post.amount if refused else moved
    journal.postings.append((post, number, digest, refused, account, journal.asked, amount, balance))
    return outcome


def act(journal: Journal, post: Post, wallet: Wallet | None) -> int:
    """Do what a post asks for; return what moved."""
    if wallet is None:
        raise Refused(refusals.WALLET_UNKNOWN)
    found = ACTS.get(post.kind)
    if found is None:
        raise Refused(refusals.KIND)
    moved = found(journal, post, wallet)
    if wallet.unit.policy.expiry == "inactivity" and post.kind in ACTIVITY:
        day = post.happened_at.astimezone(journal.state.zone).date()
        journal.active[wallet.id] = max(day, journal.active.get(wallet.id, day))
    return moved
