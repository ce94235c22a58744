"""Rights: requests of persons, their data, erasure, retention, and the register of processing."""
