"""Documents made of prose, statements and figures: staged as plain Markdown that either renderer takes (contract 8)."""
