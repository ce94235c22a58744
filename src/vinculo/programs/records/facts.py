"""What programmes announce, inside the transaction; a listener that fails undoes it."""

from django.dispatch import Signal

member_joined = Signal()
"""A customer became a member: `member_id`, `customer_id`."""

points_posted = Signal()
"""Postings were written: `program_id`, `posting_ids`, those that were refused not among them."""

reward_redeemed = Signal()
"""A reward was given out or used: `redemption_id`, `reward_id`, and `member_id` or None."""

reward_stopped = Signal()
"""A budget has no room for one more of a reward: `limit_id`, `reward_id`."""

guarantee_broken = Signal()
"""A promise was not kept: `promise_id`, `guarantee_id`, `customer_id`."""

level_changed = Signal()
"""Levels of members changed: `level_set_id`, `change_ids`."""
