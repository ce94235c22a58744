"""What programmes announce, inside the transaction; a listener that fails undoes it."""

from django.dispatch import Signal

member_joined = Signal()
"""A customer became a member: `member_id`, `customer_id`."""

points_posted = Signal()
"""Postings were written: `program_id`, `posting_ids`, those that were refused not among them."""

level_changed = Signal()
"""Levels of members changed: `level_set_id`, `change_ids`."""
