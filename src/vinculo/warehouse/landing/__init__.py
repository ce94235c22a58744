"""Landing: the lines in force of the operational store, as Parquet that the analysis reads as it is."""
