"""Hand: what people change of customers by hand: the form, its pages, and who changed what."""
