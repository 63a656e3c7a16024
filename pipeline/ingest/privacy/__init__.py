"""Privacy: what identifies a person is replaced or dropped while reading."""
