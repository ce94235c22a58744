"""Portal: how members are let in without a password, and how often somebody may try."""
