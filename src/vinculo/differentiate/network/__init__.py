"""The network of a customer: what those are worth whom it brought, lives with, and influences."""
