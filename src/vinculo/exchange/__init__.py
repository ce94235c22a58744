"""Exchange: what other systems may ask of us, and what they are told."""
