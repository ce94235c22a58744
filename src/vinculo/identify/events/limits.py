"""Limits: how large a call may be, and how long the values it is told by."""

BATCH_BYTES = 500 * 1024
BATCH_EVENTS = 2_500
EVENT_BYTES = 32 * 1024
DEPTH = 100
"""How deep the values of an event may be nested."""
ID = 250
"""Characters of a userId, anonymousId, groupId or messageId: an index holds no more."""
NAME = 250
"""Characters of the name of an event or page."""
EVENTS_A_DELIVERY = 4_096
"""Numbers set aside for the events of one request: an event's number is that of its delivery and its place in it."""
