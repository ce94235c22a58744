"""Linked: what an event says of two customers, that they are one, is put in force; a person may take it back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from vinculo.foundation.errors import InputError
from vinculo.identify.records.membership import services

SAID = "An event of the source says that they are one (alias)."


def merge(*, customer_ids: Sequence[int], now: datetime, **_fact: Any) -> None:
    """Make one customer of two, unless they are, or somebody has said that they are not the same."""
    with suppress(InputError):
        services.customers_merge(customer_ids=customer_ids, now=now, why=services.Why(SAID))
