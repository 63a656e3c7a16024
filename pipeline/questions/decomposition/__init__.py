"""A lens: the change of another question as the sum of what the public became and of what it does at equal profile."""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec


def _part(measure: str, method: str) -> Pick:
    return Pick("elaborate", measure, at="change", method=method)


STATEMENTS = (
    StatementSpec("composition", "change", _part("composition", "kitagawa"), of="whole"),
    StatementSpec("behaviour", "change", _part("behaviour", "kitagawa"), of="whole"),
    StatementSpec("several_factors", "change", _part("composition", "das_gupta"), of="whole"),
)

FIGURES = (FigureSpec("demand-decomposition", "", "composition"),)
