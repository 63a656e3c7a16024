"""Readers: one module a format, each returning what was received with the line of every record."""
