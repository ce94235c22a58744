"""Club: the programme of the demonstration, over what its shop really sold; what is simulated says so."""
