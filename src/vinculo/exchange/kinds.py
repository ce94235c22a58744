"""Kinds: the events that are told to the outside, by their stable codes."""

KINDS = {
    "customer.created": "A customer was added",
    "customer.changed": "A customer was changed",
    "customer.removed": "A customer was removed",
    "customers.merged": "Customers were made one",
    "customers.separated": "Customers were separated again",
    "consent.given": "A customer gave a consent",
    "consent.withdrawn": "A customer took a consent back",
    "relation.added": "Two customers were bound to each other",
    "relation.ended": "A relation has ended",
    "household.changed": "A household has changed",
    "lead.moved": "A lead was opened or moved",
    "lead.converted": "A lead became a customer",
    "order.placed": "An order was placed",
    "points.posted": "Points were posted",
    "member.joined": "A customer joined a programme",
    "level.changed": "Levels of members changed",
    "reward.redeemed": "A reward was given out or used",
    "guarantee.broken": "A promise was not kept",
    "challenge.done": "Members reached the goal of a challenge",
    "import.finished": "A file has come in",
    "import.undone": "An import was undone",
}
"""What may be told, each with an English phrase. Codes never change."""

TEST = "webhook.test"
"""What the test button of an endpoint sends, to that endpoint alone."""


def told(kind: str, wanted: list[str]) -> bool:
    """Tell whether an endpoint that wants some kinds, or all when it names none, is told of one.

    >>> told("order.placed", []), told("order.placed", ["customer.created"])
    (True, False)
    """
    return not wanted or kind in wanted
