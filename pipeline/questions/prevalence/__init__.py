"""How common answers are: the share of each declared answer, question by question, means, and what moved among several.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/prevalence/``.
"""

from __future__ import annotations

from pipeline.results.statement import ALONE, ASKED, FigureSpec, Pick, StatementSpec

#: How many answers to one question of the survey are told, the most frequent first.
MOST = 3
#: More indicators than any plan declares.
_ALL = 60
#: Half-width, in points, beyond which the change of a share tells nothing that could be used.
USELESS = 15.0
_ONE, _OTHER = "{between.column}={between.one}", "{between.column}={between.other}"
_PEOPLE = {"people": "population={survey.units|entry}"}

STATEMENTS = (
    StatementSpec(
        "answered",
        "level",
        Pick("person", "n", analysis="weighting"),
        of="whole",
        named=_PEOPLE,
        optional=True,
    ),
    StatementSpec(
        "alone", "list", Pick("", "share", by=ALONE, most=_ALL), each="level", of="whole", named=_PEOPLE, optional=True
    ),
    StatementSpec(
        "answers",
        "list",
        Pick("", "share", by=ASKED, most=MOST),
        each="level",
        of="whole",
        named=_PEOPLE,
        optional=True,
    ),
    StatementSpec(
        "changes",
        "groups",
        Pick("", "shift", at="change", by="indicator"),
        each="change",
        of="whole",
        limit=USELESS,
        optional=True,
    ),
    # whether two parts of the population come nearer to each other, answer by answer
    StatementSpec(
        "between",
        "groups",
        Pick("", "shift", at="change", by="indicator", domain=_ONE),
        {
            "against": Pick("", "shift", at="change", by="indicator", domain=_OTHER),
            "now": Pick("", "share", by="indicator", domain=_ONE),
            "against_now": Pick("", "share", by="indicator", domain=_OTHER),
        },
        each="convergence",
        asked="between",
        of="whole",
        named={"one": _ONE, "other": _OTHER},
        optional=True,
    ),
    StatementSpec("means", "list", Pick("", "mean", by="indicator"), each="level", of="whole", optional=True),
    StatementSpec(
        "mean_changes",
        "groups",
        Pick("", "mean_shift", at="change", by="indicator"),
        each="change",
        of="whole",
        optional=True,
    ),
)

FIGURES = (
    FigureSpec("groups", "by-group-table", "alone", {"by": "{by.first|entry}"}),
    FigureSpec("further", "by-groups-table", "alone", {"by": "{by.all|entry}"}),
)
