"""Portal: what members see of their programme and do in it, on a telephone first."""
