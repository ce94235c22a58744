"""What the common customer base announces, inside the transaction; a listener that fails undoes it."""

from django.dispatch import Signal

customer_created = Signal()
"""A customer was added by hand: `customer_id`. What an import adds is announced by the import."""

customer_changed = Signal()
"""A customer was changed by hand: `customer_id`."""

customer_removed = Signal()
"""A customer who was added by hand was removed again: `customer_id`."""

import_finished = Signal()
"""An import put its rows in: `import_id`."""

import_undone = Signal()
"""An import was taken back: `import_id`."""

events_understood = Signal()
"""Events of tracking clients changed customers, or brought them: `customer_ids`."""

customers_linked = Signal()
"""An event says that two customers are one: `customer_ids`, the earlier name first."""
