"""Pages of runs: made, published, gone back to, compared, downloaded."""
