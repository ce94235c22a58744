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

parties_compared = Signal()
"""A merge, or its undo, is looked at: `sides`, the parties of each. Each listener returns rows: a name,
and the number of each side.
"""

customers_separated = Signal()
"""Parties were let go by a customer: `customer_id` and `party_ids`; each is its own customer, or one of theirs.

`undoes` is the merge that was taken back; none when they were split in another way.
"""

matching_published = Signal()
"""The proposal of a matching was put in force: `matching_id`."""

order_placed = Signal()
"""An order was placed one by one, not by an import: `order_id`, and `customer_id` or None."""

import_finished = Signal()
"""An import put its rows in: `import_id`."""

import_undone = Signal()
"""An import was taken back: `import_id`, and `now`."""

person_erased = Signal()
"""A person was erased: `customer_ids`, and `renamed`, the numbers of orders that changed with it."""

person_collected = Signal()
"""A person asks what is known: `customer_ids`. Each listener returns the name of a section and its rows."""

consent_given = Signal()
"""A customer agreed to something, not in a file: `consent_id`, `customer_id`, `purpose`, `channel` (or empty)."""

consent_withdrawn = Signal()
"""A customer took a consent back, or refused, not in a file: `consent_id`, `customer_id`, `purpose`, `channel`."""

relation_added = Signal()
"""Two customers were bound: `relation_id`, `customer_id`, `other_id`, `kind`."""

relation_ended = Signal()
"""A relation has a last day now, or was taken back: `relation_id`, `customer_id`, `other_id`, `kind`."""

household_changed = Signal()
"""Somebody came into a household, or left it: `household_id`, `customer_id`."""

relations_changed = Signal()
"""A relation, or a place in a household, was written, ended or taken back: `customer_ids`."""

lead_moved = Signal()
"""A lead was opened or went from one stage to another: `lead_id`, `customer_id`, `stage`."""

prospect_converted = Signal()
"""A lead ended in a purchase, or by hand, and its prospect is a customer now: `lead_id`, `customer_id`."""

events_understood = Signal()
"""Events of tracking clients changed customers, or brought them: `customer_ids`."""

events_read = Signal()
"""Events were understood, also where no customer changes: `pieces` of their numbers, and the `orders` they touch."""

customers_linked = Signal()
"""An event says that two customers are one: `customer_ids`, the earlier name first, and `now`."""
