"""Listeners: facts of the rooms below become events, in the transaction of the fact."""

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal

from vinculo.exchange.records import outbox, replies
from vinculo.identify.records import facts

FACTS: dict[str, tuple[Signal, str, tuple[str, ...]]] = {
    "customer.created": (facts.customer_created, "customers/{customer_id}", ("customer_id",)),
    "customer.changed": (facts.customer_changed, "customers/{customer_id}", ("customer_id",)),
    "customer.removed": (facts.customer_removed, "customers/{customer_id}", ("customer_id",)),
    "customers.merged": (facts.customers_merged, "customers/{customer_id}", ("customer_id", "party_ids")),
    "customers.separated": (facts.customers_separated, "customers/{customer_id}", ("customer_id", "party_ids")),
    "order.placed": (facts.order_placed, "orders/{order_id}", ("order_id", "customer_id")),
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
