"""Questions that a plan may ask, one folder each; every registry is built from what the folders declare."""

from pipeline.questions.discovery import Question, discover

__all__ = ["Question", "discover"]
