"""RFMT: recency, frequency, money and time, scored 1 to 5 with stored edges, named, counted and compared."""
