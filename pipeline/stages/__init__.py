"""The seven stages in order: what is out of date, progress, failure."""
