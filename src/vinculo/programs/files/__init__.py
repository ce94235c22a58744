"""Files: members and opening balances as another system writes them."""
