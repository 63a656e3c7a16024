"""Who comes: how many persons and how often, their age and situation, how that moved, and who comes more often.

The numbers are made in :mod:`.answer`; here stands what may be said of them.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Half-width, in points, beyond which the change of a share of users tells nothing that could be used.
USELESS = 15.0

_VISITS, _FREQUENCY = "survey.visits", "frequency|survey.visits.question"
_USERS, _MEAN = Pick("users", "count"), Pick("{frequency|survey.visits.question}", "mean")
_AGES = Pick("age_band", "share", by="age_band")
_SEXES = Pick("sex", "share", by="sex")

STATEMENTS = (
    StatementSpec("users", "level", _USERS, asked=_VISITS, named={"period": "days={survey.visits.period_days}"}),
    StatementSpec("users_before", "level", replace(_USERS, at="first"), asked=_VISITS, of="whole"),
    StatementSpec("mean", "level", _MEAN, {"whole": replace(_MEAN, whole=True)}, asked=_FREQUENCY),
    StatementSpec("mean_before", "level", replace(_MEAN, at="first"), asked=_FREQUENCY, of="whole"),
    StatementSpec(
        "by_age",
        "groups",
        replace(_AGES, measure="shift", at="change"),
        {"before": replace(_AGES, at="first"), "now": _AGES},
        each="change",
        limit=USELESS,
        optional=True,
        of="whole",
    ),
    StatementSpec(
        "others",
        "groups",
        Pick("", "shift", at="change", by="domain", without=("age_band",)),
        {"before": Pick("", "share", at="first", by="domain"), "now": Pick("", "share", by="domain")},
        each="change",
        limit=USELESS,
        optional=True,
        of="whole",
    ),
    StatementSpec(
        "regulars",
        "groups",
        replace(_AGES, population="visits"),
        {"against": _AGES},
        each="beside",
        asked=_VISITS,
        optional=True,
        of="whole",
    ),
    StatementSpec(
        "ages", "list", _AGES, {"whole": replace(_AGES, whole=True)}, each="level", optional=True, of="units"
    ),
    StatementSpec(
        "sexes", "list", _SEXES, {"whole": replace(_SEXES, whole=True)}, each="level", optional=True, of="units"
    ),
    StatementSpec("visits", "level", Pick("visits", "count", population="visits"), asked=_VISITS, of="whole"),
)

FIGURES = (
    FigureSpec("ages", "composition", "by_age", {"question": "age_band"}),
    FigureSpec("table", "profile-table", "others", {"questions": "{variables.all}"}),
)
