"""Earning: rules as data, read by a grammar of their own, compiled once and evaluated over columns.

One engine serves an order at the till, the dry run of one event and the replay of years.
"""
