"""Deciding: each post of a batch in order of arrival, over what is known in memory; the first answer is final (I4)."""

import json
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
    return [one(state, journal, post) for post in posts], journal


def one(state: State, journal: Journal, post: Post) -> Outcome:
    """Decide one post."""
    key, digest = (post.source, post.event), hashing.payload(post)
    if key in state.known:
        known, first = state.known[key]
        return first._replace(replayed=True) if known == digest else first._replace(refused=refusals.CONFLICT, amount=0)
    number = journal.number = next(state.numbers)
    journal.asked = post.amount
    wallet, refused, moved = state.wallets.get(post.account_id), "", 0
    try:
        moved = act(journal, post, wallet)
    except Refused as error:
        refused, journal.asked = error.code, post.amount
    balance = wallet.balance if wallet else 0
    outcome = Outcome(number, refused, balance, False, moved)
    state.known[key] = digest, outcome
    write(journal, post, wallet, digest, outcome)
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


def write(journal: Journal, post: Post, wallet: Wallet | None, digest: bytes, outcome: Outcome) -> None:
    """Add the row of a posting, in the order of `COLUMNS`."""
    journal.postings.append(
        (
            journal.number,
            post.source,
            post.event,
            digest,
            post.kind,
            outcome.refused,
            wallet.id if wallet else None,
            post.to_account_id if post.kind == "transfer" and post.to_account_id in journal.state.wallets else None,
            post.member_id,
            journal.asked,
            post.amount if outcome.refused else outcome.amount,
            outcome.balance,
            post.grant_class,
            post.reward_class,
            post.refers_to,
            post.reference,
            post.rule_id,
            post.rule_version,
            post.campaign,
            post.happened_at,
            post.pending_until if post.kind == "reserve" else None,
            post.author,
            json.dumps(dict(post.details), default=str) if post.details else None,
        )
    )


COLUMNS = (
    *("id", "source", "event", "payload_hash", "kind", "outcome", "account_id", "to_account_id", "member_id", "asked"),
    *(
        "amount",
        "balance",
        "grant_class",
        "reward_class",
        "refers_to",
        "reference",
        "rule_id",
        "rule_version",
        "campaign",
    ),
    *("happened_at", "held_until", "author", "details"),
)
"""Columns of a posting, in the order in which rows are made."""
