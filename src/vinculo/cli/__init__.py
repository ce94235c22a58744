"""The terminal door: thin, one noun or verb a command."""
