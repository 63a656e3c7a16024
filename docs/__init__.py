"""The documentation: pages written by hand beside this file, and a reference that is written from the code."""
