"""Axes of numbers without minor ticks: the theme draws none, and placing them takes a twentieth of a drawing."""

from __future__ import annotations

from typing import Any

from plotnine import scale_x_continuous, scale_y_continuous


def x_axis(**asked: Any) -> scale_x_continuous:
    """Return the horizontal axis; ``asked`` is what plotnine's continuous scale takes."""
    return scale_x_continuous(minor_breaks=None, **asked)


def y_axis(**asked: Any) -> scale_y_continuous:
    """Return the vertical axis; ``asked`` is what plotnine's continuous scale takes."""
    return scale_y_continuous(minor_breaks=None, **asked)
