"""Associations of one wave: held against R's survey, the simulated population, and settings that do not fit.

Tolerances. Estimates of logistic models: both programs iterate to a step under 1e-8, so that nine digits agree; those
of linear models agree to rounding. Standard errors are products of the same influences: relative 1e-6.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.protect import protect
from pipeline.questions import families
from pipeline.questions.associations import answer as associations
from pipeline.questions.outcomes import EVERYBODY, Outcome
from tests.questions.conftest import ROOT, Known, entry, subject_of, table_of

REFERENCE = ROOT / "tests" / "reference"
COLUMNS = ["band", "sex", "kind"]
HELD = ["age_band", "sex", "occupation", "home_computer"]
SETTINGS = {"outcome": {"entry": "demand", "indicator": "elaborate"}, "characteristics": HELD}


def _given(outcome: dict[str, Any], columns: list[str]) -> associations.Settings:
    return associations.Settings.model_validate({"outcome": outcome, "characteristics": columns})


@pytest.fixture(scope="module")
def told(brittany: Known) -> pd.DataFrame:
    rows = associations.answer(brittany.context, entry(SETTINGS, "associations"))
    return families.adjust(table_of(associations, rows)).set_index("result_id")


@pytest.mark.parametrize(("name", "column"), [("share", "helped"), ("mean", "score")])
def test_levels_effects_and_tests_are_those_of_r(name: str, column: str) -> None:
    reference = json.loads((REFERENCE / "associations" / "associations.json").read_text(encoding="utf-8"))
    frame = pd.read_csv(REFERENCE / "survey_models" / "data" / "waves.csv").rename(columns={"weight": "w"})
    frame["wave"] = frame["wave"].astype(str)
    cut = pd.cut(frame["age"], [-np.inf, 29, 49, np.inf], labels=["young", "middle", "old"])
    frame = frame.assign(band=cut.astype(object), pays=None)
    subject = subject_of(frame, strata="stratum", clusters=["space"], waves=None)
    outcome = Outcome("y", name, name, frame[column].to_numpy(float), {"2006": "all"}, EVERYBODY)
    given = _given({"question": "y", "mean": True}, COLUMNS)
    rows = associations.model_rows(entry({}, "associations"), given, subject, outcome, "2006")
    scale = 100.0 if name == "share" else 1.0
    for by in COLUMNS:
        r = reference[f"{name}.{by}"]
        covariance = np.array(r["vcov"])
        levels = {x.domain[by]: x for x in rows if x.measure == name and by in (x.domain or {})}  # type: ignore[index]
        assert list(map(str, sorted(levels))) == r["levels"]
        effects = {x.domain[by]: x for x in rows if x.measure == "effect" and by in (x.domain or {})}  # type: ignore[index]
        (first,) = set(levels) - set(effects)
        at = r["levels"].index(first)
        for i, level in enumerate(r["levels"]):
            assert levels[level].estimate == pytest.approx(r["estimate"][i], rel=1e-8)
            assert levels[level].se == pytest.approx(np.sqrt(covariance[i, i]), rel=1e-6)
            if level != first:
                se = np.sqrt(covariance[i, i] + covariance[at, at] - 2 * covariance[i, at])
                difference = r["estimate"][i] - r["estimate"][at]
                assert effects[level].estimate == pytest.approx(scale * difference, rel=1e-6)
                assert effects[level].se == pytest.approx(scale * se, rel=1e-6)
        (test,) = [x for x in rows if x.measure == "global_test" and x.domain == {"over": by}]
        f, df, _, p = r["wald"]
        assert (test.estimate, test.df, test.p_value) == pytest.approx((f, df, p), rel=1e-5)


def test_the_reference_is_the_most_numerous_category_unless_told(told: pd.DataFrame, brittany: Known) -> None:
    effects = told[told["measure"] == "effect"]
    counts = told[(told["measure"] == "share") & (told["method"] == "adjusted")].set_index("domain")["n"]
    for by in HELD:
        every = {d for d in counts.index if d.startswith(f"{by}=")}
        (reference,) = every - set(effects["domain"])
        assert counts[reference] == max(counts[d] for d in every)
    again = {**SETTINGS, "references": {"age_band": "60+"}}
    rows = associations.answer(brittany.context, entry(again, "associations"))
    other = {r.domain["age_band"]: r for r in rows if r.measure == "effect" and "age_band" in (r.domain or {})}  # type: ignore[index]
    assert "60+" not in other
    # the levels are the same whatever the reference
    share = told.loc["associations.elaborate.share.adjusted/users/wave=2006/region=53/age_band=60+", "estimate"]
    (same,) = [r.estimate for r in rows if r.measure == "share" and r.method and r.domain == {"age_band": "60+"}]
    assert same == pytest.approx(share, abs=1e-9)


def test_effects_are_differences_of_levels_and_gated_by_the_test_of_their_characteristic(told: pd.DataFrame) -> None:
    head, tail = "associations.elaborate", "users/wave=2006/region=53"
    effects = told[told["measure"] == "effect"]
    for by in HELD:
        own = effects[effects["domain"].str.startswith(f"{by}=")]
        gate = told.loc[f"{head}.global_test.adjusted/{tail}/over={by}", "p_value"]
        assert (own["p_adjusted"] >= gate).all()
        levels = told[(told["method"] == "adjusted") & (told["measure"] == "share")].set_index("domain")["estimate"]
        (reference,) = {d for d in levels.index if d.startswith(f"{by}=")} - set(own["domain"])
        for row in own.itertuples():
            assert row.estimate == pytest.approx(100 * (levels[row.domain] - levels[reference]), abs=1e-8)


def test_the_adjusted_share_is_near_that_of_the_population_with_one_public(told: pd.DataFrame, brittany: Known) -> None:
    """Demand is drawn by age alone among what the model holds: the adjusted share is that of the age."""
    persons = list(brittany.population.waves.values())[-1].persons
    truth = persons.groupby("age_band", observed=True)["any_elaborate"].mean()
    for band, share in truth.items():
        row = told.loc[f"associations.elaborate.share.adjusted/users/wave=2006/region=53/age_band={band}"]
        assert abs(row["estimate"] - share) < 4 * row["se"]


def test_rows_pass_protection(told: pd.DataFrame) -> None:
    table, _ = protect(told.reset_index())
    effects = table[table["measure"] == "effect"]
    assert (effects["quality"] != "suppress").any()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"outcome": {"entry": "nothing", "indicator": "elaborate"}}, "no such entry"),
        ({"outcome": {"entry": "demand", "indicator": "nothing"}}, "no such indicator"),
        ({"characteristics": ["nothing"]}, "no such column"),
        ({"references": {"sex": "nobody"}}, "no such category"),
        ({"wave": "1999"}, "no such wave"),
        ({"outcome": {"entry": "demand", "question": "wants"}}, "either `entry` with `indicator`, or `question`"),
    ],
)
def test_settings_that_do_not_fit_say_what_there_is(brittany: Known, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(AnalyseError, match=words):
        associations.answer(brittany.context, entry({**SETTINGS, **settings}, "associations"))


def test_a_sample_that_cannot_carry_the_model_says_so(answers: pd.DataFrame) -> None:
    """Everybody of one age answers yes: no logistic model has an end."""
    frame = answers.assign(y=np.where(answers["age_band"] == "25+", 1.0, answers["y"]))
    subject = subject_of(frame, clusters=["space"])
    outcome = Outcome("y", "share", "share", frame["y"].to_numpy(), {"2006": "all"}, EVERYBODY)
    given = _given({"question": "y", "codes": [1]}, ["age_band"])
    rows = associations.model_rows(entry({}, "associations"), given, subject, outcome, "2006")
    assert [(r.measure, r.indicator) for r in rows] == [("not_estimable", "associations")]


def test_a_question_of_its_own_may_be_a_mean_or_answers(brittany: Known) -> None:
    for counted, measure in (({"mean": True}, "mean"), ({"codes": [4, 5]}, "share")):
        own = {"outcome": {"question": "sat_overall", **counted}, "characteristics": ["age_band", "sex"]}
        rows = associations.answer(brittany.context, entry(own, "associations"))
        assert {r.measure for r in rows} == {measure, "effect", "global_test"}
        assert len({dataclasses.astuple(r)[:1] for r in rows}) == 1
