"""Service guarantees on the desk: what is promised, what was kept and broken."""
