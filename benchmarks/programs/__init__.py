"""Points beside pgbench: posts a second against TPC-B-like transactions a second of the same server."""
