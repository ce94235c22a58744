"""Files in the store: members and opening balances let in, and written so that they can be let in again."""
