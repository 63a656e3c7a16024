"""Figures that are drawn: one module a kind of figure."""
