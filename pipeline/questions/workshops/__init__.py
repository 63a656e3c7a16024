"""Workshops: cycles held, places filled and trainee hours, and the share of trainees who enrol again after a cycle.

What spaces declare is counted; who comes back is estimated from the nominal lists that some spaces keep. The numbers
are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/workshops/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them.
DEFAULTS = {"window_days": 183}
#: Half-width beyond which the change of a share of trainees tells nothing that could be used, in points.
USELESS = 15.0
#: Themes that are told; the table gives them all.
_THEMES = 3
#: More bands of age, sexes or occupations than any list has.
_ALL = 30


def _held(indicator: str, measure: str = "count", **more: Any) -> Pick:
    return Pick(indicator, measure, population="workshops", **more)


def _trainees(indicator: str, measure: str, **more: Any) -> Pick:
    return Pick(indicator, measure, population="trainees", **more)


def _again(**more: Any) -> Pick:
    return _trainees("re_enrolment", "share", **more)


def _moved(**more: Any) -> Pick:
    return _trainees("re_enrolment", "shift", at="change", **more)


#: What its contrast names: calendar years, not waves.
CONTRASTS = "years"

STATEMENTS = (
    StatementSpec(
        "cycles",
        "tally",
        _held("cycles"),
        {
            "before": _held("cycles", at="first"),
            "spaces": _held("spaces"),
            "seats": _held("places"),
            "enrolled": _held("enrolled"),
        },
    ),
    StatementSpec("fill", "level", _held("fill", "rate"), {"whole": _held("fill", "rate", whole=True)}, optional=True),
    StatementSpec("fill_change", "change", _held("fill", "shift", at="change"), of="whole", optional=True),
    StatementSpec("hours", "tally", _held("hours"), {"before": _held("hours", at="first")}, optional=True),
    StatementSpec("hours_change", "change", _held("hours", "evolution", at="change"), of="whole", optional=True),
    StatementSpec("themes", "list", _held("hours", by="theme", most=_THEMES), each="level", of="whole", optional=True),
    StatementSpec(
        "again",
        "level",
        _again(),
        {"lists": _trainees("lists", "count")},
        named={"window": "{window_days}"},
        of="whole",
    ),
    StatementSpec("again_change", "change", _moved(), limit=USELESS, of="whole", optional=True),
    StatementSpec("again_by_age", "groups", _moved(by="age_band"), each="change", of="whole", optional=True),
    StatementSpec("again_by_theme", "groups", _moved(by="theme"), each="change", of="whole", optional=True),
    StatementSpec(
        "trainees",
        "tally",
        _trainees("trainees", "count"),
        {"before": _trainees("trainees", "count", at="first"), "each": _trainees("enrolments_each", "mean")},
        of="whole",
        optional=True,
    ),
    *(
        StatementSpec(
            f"trainees_{by}",
            "list",
            _trainees("trainees", "share", by=by, most=_ALL),
            each="level",
            of="whole",
            optional=True,
        )
        for by in ("age_band", "sex", "occupation")
    ),
    # what the methods say
    StatementSpec(
        "followed",
        "level",
        _again(method="closed_window"),
        {"main": _again(), "followed": _trainees("followed", "share")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "followed_before",
        "level",
        _again(method="closed_window", at="first"),
        {"main": _again(at="first"), "followed": _trainees("followed", "share", at="first")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "per_visit",
        "level",
        Pick("training_hours", "per_workshop_visit", population="workshops", analysis="money"),
        of="whole",
        optional=True,
    ),
)

FIGURES = (
    FigureSpec(
        "activity",
        "workshops-table",
        "hours_change",
        {
            "population": "workshops",
            "lines": (
                ("spaces", "count"),
                ("cycles", "count"),
                ("places", "count"),
                ("enrolled", "count"),
                ("fill", "rate"),
                ("hours", "count"),
            ),
            "cut": ("hours", "count"),
            "read": ("fill", "rate"),
            "by": "theme",
        },
    ),
    FigureSpec("again-by-age", "levels", "again_by_age", {"indicator": "re_enrolment", "population": "trainees"}),
    FigureSpec(
        "again",
        "re-enrolment-table",
        "again_change",
        {"indicator": "re_enrolment", "population": "trainees", "cuts": ("age_band", "theme")},
    ),
)
