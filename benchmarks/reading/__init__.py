"""Reading delimited text, beside pandas."""

ENCODING, DELIMITER, DECIMAL = "cp1252", ";", ","
