"""Events over HTTP from a client process, beside the same rows by one COPY into the same table."""
