"""The pages people use most, on a million customers and ten million order lines."""
