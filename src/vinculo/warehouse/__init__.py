"""Columnar tables: contracts, reading, the engine and the run folders."""
