"""A lens: whether two waves of another question may be compared, by the checks that warn of what may stand between."""

from __future__ import annotations

from pipeline.results.statement import Pick, StatementSpec


def _check(name: str, measure: str = "warning") -> Pick:
    return Pick(name, measure, at="change", population="records", domain="{apart}", analysis="quality_checks")


#: Its warnings that weaken whatever rests on answers to the survey.
WEAKENS_ANSWERS = ("mode_effect", "sparse")

STATEMENTS = (
    StatementSpec("new_items", "warning", _check("new_items"), {"services": _check("new_items", "items")}, of="whole"),
    StatementSpec(
        "mode_effect",
        "warning",
        _check("mode_effect"),
        {"notes": _check("mode_effect", "notes"), "boxes": _check("mode_effect", "boxes")},
        of="whole",
    ),
    StatementSpec("sparse", "warning", _check("sparse"), {"enough": _check("sparse", "enough")}, of="whole"),
)
