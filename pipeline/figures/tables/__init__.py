"""Tables of the reports: one module a subject, one function a table."""
