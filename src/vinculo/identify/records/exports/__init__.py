"""Exports: customers, products and lines of orders of a source, as an import reads them again and changes nothing."""
