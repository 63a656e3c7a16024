"""From Quarto documents to accessible HTML and PDF: staging, two renderers, and what a cell may ask for."""

from pipeline.render.report import Report, open_report

__all__ = ["Report", "open_report"]
