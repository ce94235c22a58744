"""Sources: text, sheets, Parquet and tables in memory, each opened as one relation with columns c0, c1 and so on."""
