"""The skills of actors who are in no network: counts of those who answered, against the reference of their type."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.evaluation import load
from pipeline.questions.benchmark.answer import Settings, answer
from tests.questions.conftest import ROOT

SKILLS = [
    {"name": "web", "question": "skill_web", "codes": [3, 4]},
    {"name": "map", "question": "asks", "item": "map"},
]
SETTINGS: dict[str, Any] = {
    "type": "type",
    "skills": SKILLS,
    "reference": {"any": {"web": 0.5, "map": 0.5}, "space": {"web": 0.9}},
}
ACTORS = pd.DataFrame(
    {
        "wave": "2008",
        "type": ["space", "space", "firm", "firm"],
        "department": ["35", "29", "35", None],
        "skill_web": [4, 3, 0, None],
        "asks_map": [True, False, False, False],
    }
)


class Entry:
    """An entry of the plan as the answer needs it."""

    name, confirmatory, recipe = "skills", False, ""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    def checked(self, kind: type[Settings]) -> Settings:
        return kind(**self.settings)

    def error(self, problem: str, *keys: object, **more: Any) -> AnalyseError:
        return AnalyseError(problem, where=".".join(map(str, keys)), **more)


def told(**changes: Any) -> pd.DataFrame:
    evaluation = load("assises-numerique", ROOT)
    context: Any = SimpleNamespace(
        level="department",
        evaluation=evaluation,
        survey=lambda name: evaluation.source("actors"),
        instrument=lambda source: evaluation.instruments[source],
        clean=lambda source, columns: ACTORS[list(columns)],
        where=lambda unit: {
            "territory_level": "region" if unit is None else "department",
            "territory": unit or "53",
            "boundaries": None,
        },
    )
    entry: Any = Entry({**SETTINGS, **changes})
    rows = answer(context, entry)
    return pd.DataFrame(
        {
            "place": [r.territory for r in rows],
            "what": [f"{r.indicator}.{r.measure}" for r in rows],
            "domain": ["/".join(f"{k}={v}" for k, v in sorted((r.domain or {}).items())) for r in rows],
            "value": [r.estimate for r in rows],
            "behind": [r.contributors for r in rows],
        }
    ).set_index(["place", "what", "domain"])


def test_the_map_counts_actors_by_type_and_unit_and_leaves_none_out_of_the_whole() -> None:
    counts = told().xs("actors.count", level="what")["value"]
    assert counts["53", ""] == 4
    assert (counts["53", "type=space"], counts["53", "type=firm"]) == (2, 2)
    # the actor who said no commune counts in the whole alone
    assert counts["35", ""] + counts["29", ""] == 3
    assert counts["35", "type=firm"] == 1


def test_a_share_is_of_the_actors_who_answered_the_question() -> None:
    rows = told()
    assert rows.loc[("53", "skills.share", "skill=web"), "value"] == pytest.approx(2 / 3)
    assert rows.loc[("53", "skills.share", "skill=map"), "value"] == 0.25
    # who has the skill is how many the share would tell of
    assert rows.loc[("53", "skills.share", "skill=web"), "behind"] == 2


def test_a_type_has_its_own_reference_where_it_is_given_one_and_that_of_all_otherwise() -> None:
    wanted = told().xs("skills.reference", level="what")["value"]
    assert wanted["53", "skill=web/type=space"] == 0.9
    assert wanted["53", "skill=map/type=space"] == wanted["53", "skill=web/type=firm"] == 0.5


def test_skills_at_the_level_expected_are_counted_here_and_in_each_unit() -> None:
    rows = told()
    # the whole: web 2 of 3 for 0.5, map 1 of 4 for 0.5; unit 35: web 1 of 2, map 1 of 2
    assert rows.loc[("53", "skills.reached", ""), "value"] == 1
    assert rows.loc[("35", "skills.reached", ""), "value"] == 2
    assert rows.loc[("53", "skills.listed", ""), "value"] == 2


def test_a_reference_of_an_unknown_type_or_skill_is_refused() -> None:
    with pytest.raises(AnalyseError, match="no such type of actors"):
        told(reference={"airport": {"web": 0.5}})
    with pytest.raises(ValueError, match="names no such skill"):
        told(reference={"any": {"swimming": 0.5}})
    with pytest.raises(ValueError, match="either `codes`"):
        told(skills=[{"name": "web", "question": "skill_web"}])
