"""Ingest: the address that tracking clients of others call, with nothing changed in them but host and key."""
