"""Networks: who cooperates with whom, before and after, and the skills of facilitators against a reference.

An actor who did not answer can be named by others, but what that actor would have said is unknown: numbers about all
actors of the list are estimates, those among respondents are counts. Nothing is said of a single actor. The numbers are
made in :mod:`.answer`.
"""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Half-width beyond which the change of a share of ties tells nothing that could be used, in points.
USELESS = 15.0


def _all(indicator: str, measure: str, **more: str) -> Pick:
    """Return a number about every actor of the list."""
    return Pick(indicator, measure, population="actors", **more)  # type: ignore[arg-type]


def _told(indicator: str, measure: str, **more: str) -> Pick:
    """Return a number about those who answered, among themselves."""
    return Pick(indicator, measure, population="respondents", **more)  # type: ignore[arg-type]


#: Without a type of actors expected at the centre, none is named.
DEFAULTS = {"central": ""}
#: What its contrast names: waves of a network.
CONTRASTS = "network"

STATEMENTS = (
    StatementSpec(
        "answered",
        "level",
        Pick("actors", "answered", population="records"),
        {
            "listed": _all("actors", "listed"),
            "declared": _told("ties", "declared"),
            "among": _told("ties", "among"),
        },
        of="whole",
    ),
    StatementSpec("partners", "level", _all("partners", "mean"), of="whole"),
    StatementSpec(
        "partners_change",
        "change",
        _all("partners", "mean_shift", at="change"),
        {"before": _all("partners", "mean", at="first")},
        of="whole",
    ),
    StatementSpec("reciprocity", "level", _all("reciprocity", "share"), of="whole", optional=True),
    StatementSpec("reciprocity_change", "change", _all("reciprocity", "shift", at="change"), limit=USELESS, of="whole"),
    StatementSpec(
        "same_unit",
        "against",
        _told("same_unit", "share"),
        {"against": _told("same_unit", "by_chance")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "central",
        "difference",
        _told("received", "gap_to_others"),
        {"central": _told("received", "central"), "others": _told("received", "others")},
        named={"centre": "type={central}"},
        of="whole",
        optional=True,
    ),
    StatementSpec("kinds", "groups", _told("kinds", "declared", by="kind"), each="level", of="whole", optional=True),
    StatementSpec(
        "bridges",
        "tally",
        _told("cohesion", "bridges"),
        {
            "brokers": _told("cohesion", "brokers"),
            "largest": _told("cohesion", "largest"),
            "isolated": _told("cohesion", "isolated"),
        },
        of="whole",
    ),
    StatementSpec(
        "reached",
        "level",
        _told("skills", "reached_overall"),
        {"listed": _told("skills", "listed")},
        named={"origin": "{entry}:reference"},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "skills",
        "groups",
        _all("skills", "to_reference", by="skill"),
        each="difference",
        of="whole",
        optional=True,
    ),
    # what the methods say
    StatementSpec("density_bounds", "level", _told("density_bounds", "share"), of="whole", optional=True),
    StatementSpec("reciprocity_bounds", "level", _told("reciprocity_bounds", "share"), of="whole", optional=True),
    StatementSpec(
        "kept", "level", _told("ties", "kept", at="change"), {"new": _told("ties", "new", at="change")}, of="whole"
    ),
    StatementSpec("persistence", "test", _told("persistence", "index", at="change"), of="whole"),
    StatementSpec("pairs", "test", _told("density", "pair_change", at="change"), of="whole"),
)

FIGURES = (
    FigureSpec(
        "actors",
        "network-actors-table",
        "",
        {
            "indicator": "actors",
            "measure": "listed",
            "returned": "answered",
            "by": "type",
            "beside": {"skills": ("reached", "reached_overall")},
            "population": "actors",
        },
    ),
    FigureSpec(
        "measures",
        "network-measures-table",
        "partners_change",
        {
            "estimated": (("partners", "mean", "mean_shift"), ("reciprocity", "share", "shift")),
            "described": (
                ("same_unit", "share"),
                ("same_unit", "by_chance"),
                ("received", "central"),
                ("received", "others"),
                ("in_centralisation", "index"),
                ("out_centralisation", "index"),
                ("betweenness_centralisation", "index"),
                ("cohesion", "bridges"),
                ("cohesion", "brokers"),
                ("cohesion", "isolated"),
                ("core", "actors"),
                ("core", "fit"),
            ),
            "population": "actors",
        },
    ),
    FigureSpec(
        "mixing",
        "crossed-table",
        "",
        {
            "indicator": "partners",
            "measure": "declared",
            "by": "from_type",
            "across": "to_type",
            "population": "respondents",
            "whole": False,
            "people": "networks:answered",
        },
    ),
    FigureSpec(
        "skills",
        "network-skills-table",
        "skills",
        {
            "indicator": "skills",
            "bounds": "skills_bounds",
            "by": "skill",
            "beside": ("reference", "to_reference"),
            "population": "actors",
        },
    ),
)
