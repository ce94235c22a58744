"""The machinery of imports: what every kind of file has in common, from the original kept to the errors handed back."""
