"""Reports of finance on the desk: tables from the selectors, shown, drawn and given as files."""
