"""Rules of a programme: written, tried, simulated, proposed and approved."""
