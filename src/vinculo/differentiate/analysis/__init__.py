"""An analysis: from a file of orders to what every customer is worth, in one run."""
