"""Kinds: what a posting does, where points lie, and why they are given and taken; codes never change."""

POSTINGS = {
    "award": "Points are given",
    "release": "Pending points become available",
    "timeout": "What was pending or reserved was not resolved in time",
    "cancel": "What was pending or reserved is cancelled",
    "spend": "Points are exchanged",
    "reserve": "Points are set aside for a reward",
    "confirm": "What was set aside is exchanged",
    "reverse": "A posting is taken back, in full or in part",
    "expire": "Points are lost by age",
    "reinstate": "Expired points are given back",
    "transfer": "Points go to another wallet",
    "block": "Points are blocked",
    "unblock": "Blocked points are free again",
    "adjust": "Somebody corrects a balance",
}
"""What a posting does."""
RESOLVING = ("release", "timeout", "cancel", "confirm", "unblock")
"""Kinds that resolve another posting, which happens at most once (I6)."""
OF_MEMBERS = ("wallet", "pending", "blocked")
"""Accounts of a member in one unit: available points, promised ones, and those that lie still."""
OF_THE_HOUSE = ("issuance", "redemption", "breakage", "correction", "partner")
"""The other sides; their balances are never stored."""
GRANTS = (
    *("purchase", "promotion", "birthday", "recovery", "referral", "challenge", "survey", "welcome", "guarantee"),
    *("adjustment", "partner", "import"),
)
"""Why points are given: it decides how they are accounted for."""
REWARDS = ("money_off", "percentage", "voucher", "product", "service", "experience", "donation", "partner")
"""What points are exchanged for."""
