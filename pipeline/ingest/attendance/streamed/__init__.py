"""Sign-in files too large for a table: read in blocks, kept as codes in duckdb, recoded by distinct value."""
