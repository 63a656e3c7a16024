"""Every figure and table of the reports, drawn once from publishable results."""

from pipeline.figures.draw import Job, draw, draw_all
from pipeline.figures.scope import Shapes

__all__ = ["Job", "Shapes", "draw", "draw_all"]
