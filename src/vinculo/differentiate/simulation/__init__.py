"""Customers and orders from stated parameters: for tests, benchmarks and teaching."""
