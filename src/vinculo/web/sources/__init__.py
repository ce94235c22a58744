"""Pages of sources that send events: their keys, what comes in, and what is in quarantine."""
