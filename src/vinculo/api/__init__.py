"""The API door: thin, one package for each way in."""
