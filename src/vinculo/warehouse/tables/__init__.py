"""Table contracts: each table is declared once, with its grain, units and meaning."""

from vinculo.warehouse.tables.contract import Column, Table

__all__ = ["Column", "Table"]
