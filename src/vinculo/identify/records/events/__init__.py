"""Events: keys for those who send them, events taken in once for ever, and the customers and orders they add up to."""
