"""Reading: from a file of orders, however it was written, to `order_lines` and what could not be read."""
