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

campaign_stopped = Signal()
"""A campaign gave all its budget lets it: `program_id`, `campaign`; from now on its rules give nothing."""

guarantee_broken = Signal()
"""A promise was not kept: `promise_id`, `guarantee_id`, `customer_id`."""

level_changed = Signal()
"""Levels of members changed: `level_set_id`, `change_ids`."""

challenge_done = Signal()
"""Members reached the goal of a challenge: `challenge_id`, `member_ids`."""

merits_given = Signal()
"""Members were given something for what they did: `merit_ids`."""

merits_taken_back = Signal()
"""What members were given does not hold: `merit_ids`."""
