"""What runs announce, inside the transaction; a listener that fails undoes it."""

from django.dispatch import Signal

run_published = Signal()
"""A run became the one everybody sees: `run_id`."""

run_finished = Signal()
"""A run came to its end, however it ended: `run_id`."""
