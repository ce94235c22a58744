"""Listeners: facts of the rooms below become events, in the transaction of the fact."""

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal

from vinculo.exchange.records import outbox, replies
from vinculo.identify.records import facts
from vinculo.programs.records import facts as of_programs

CONSENT = ("consent_id", "customer_id", "purpose", "channel")
RELATION = ("relation_id", "customer_id", "other_id", "kind")
FACTS: dict[str, tuple[Signal, str, tuple[str, ...]]] = {
    "customer.created": (facts.customer_created, "customers/{customer_id}", ("customer_id",)),
    "customer.changed": (facts.customer_changed, "customers/{customer_id}", ("customer_id",)),
    "customer.removed": (facts.customer_removed, "customers/{customer_id}", ("customer_id",)),
    "customers.merged": (facts.customers_merged, "customers/{customer_id}", ("customer_id", "party_ids")),
    "customers.separated": (
        facts.customers_separated,
        "customers/{customer_id}",
        ("customer_id", "party_ids", "undoes"),
    ),
    "consent.given": (facts.consent_given, "customers/{customer_id}", CONSENT),
    "consent.withdrawn": (facts.consent_withdrawn, "customers/{customer_id}", CONSENT),
    "relation.added": (facts.relation_added, "relations/{relation_id}", RELATION),
    "relation.ended": (facts.relation_ended, "relations/{relation_id}", RELATION),
    "household.changed": (facts.household_changed, "households/{household_id}", ("household_id", "customer_id")),
    "lead.moved": (facts.lead_moved, "leads/{lead_id}", ("lead_id", "customer_id", "stage")),
    "lead.converted": (facts.prospect_converted, "leads/{lead_id}", ("lead_id", "customer_id")),
    "order.placed": (facts.order_placed, "orders/{order_id}", ("order_id", "customer_id")),
    "points.posted": (of_programs.points_posted, "programs/{program_id}", ("program_id", "posting_ids")),
    "member.joined": (of_programs.member_joined, "members/{member_id}", ("member_id", "customer_id")),
    "level.changed": (of_programs.level_changed, "level-sets/{level_set_id}", ("level_set_id", "change_ids")),
    "reward.redeemed": (
        of_programs.reward_redeemed,
        "redemptions/{redemption_id}",
        ("redemption_id", "reward_id", "member_id"),
    ),
    "guarantee.broken": (
        of_programs.guarantee_broken,
        "promises/{promise_id}",
        ("promise_id", "guarantee_id", "customer_id"),
    ),
    "challenge.done": (of_programs.challenge_done, "challenges/{challenge_id}", ("challenge_id", "member_ids")),
    "import.finished": (facts.import_finished, "imports/{import_id}", ("import_id",)),
    "import.undone": (facts.import_undone, "imports/{import_id}", ("import_id",)),
}
"""By the kind of event: the fact, what it is about, and which of its facts are told."""


def listen() -> None:
    """Write an event whenever one of these facts is announced, and forget whoever is erased."""
    for kind, (signal, subject, names) in FACTS.items():
        signal.connect(writer(kind, subject, names), weak=False, dispatch_uid=f"exchange.{kind}")
    facts.person_erased.connect(replies.forget, dispatch_uid="exchange.forget")


def writer(kind: str, subject: str, names: tuple[str, ...]) -> Callable[..., None]:
    """Return what writes the events of a kind."""

    def write(**fact: Any) -> None:
        outbox.event_write(kind, subject=subject.format(**fact), data={name: fact[name] for name in names})

    return write
