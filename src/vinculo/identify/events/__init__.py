"""Events: what a call of a tracking client means, when it happened, and whom it is about."""
