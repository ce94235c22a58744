"""The till in the store: members found, what they have, and what an assistant does for them, once."""
