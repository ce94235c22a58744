"""Parties: files of customers and products read into clean records, every cell that could not be read accounted for."""
