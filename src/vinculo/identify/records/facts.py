"""What the common customer base announces, inside the transaction; a listener that fails undoes it."""

from django.dispatch import Signal

customer_created = Signal()
"""A customer was added by hand: `customer_id`. What an import adds is announced by the import."""

customer_changed = Signal()
"""A customer was changed by hand: `customer_id`."""

customer_removed = Signal()
"""A customer who was added by hand was removed again: `customer_id`."""

customers_merged = Signal()
"""Parties were taken into a customer: `customer_id`, `party_ids`."""

customers_separated = Signal()
"""Parties were let go by a customer: `customer_id` and `party_ids`; each is its own customer, or one of theirs."""

order_placed = Signal()
"""An order was placed one by one, not by an import: `order_id`, and `customer_id` or None."""

import_finished = Signal()
"""An import put its rows in: `import_id`."""

import_undone = Signal()
"""An import was taken back: `import_id`."""
