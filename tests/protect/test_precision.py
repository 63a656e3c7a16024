"""Each rule of the presentation standards decides where it should, and nowhere else."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.protect import protect
from pipeline.protect.precision import Verdict, _undercovered
from pipeline.questions.adjusted import answer as adjusted
from pipeline.questions.decomposition import answer as decomposition
from pipeline.questions.satisfaction import answer as satisfaction
from pipeline.results import DECLARED, Measure
from tests.lexicon import LEXICON

KNOWN = {m.name: m for q in (adjusted, decomposition, satisfaction) for m in q.MEASURES if m.covered}


def judged(table, *changes):
    out, _ = protect(table(*changes))
    out = out.set_index("result_id")
    return out["quality"] + ":" + out["reason"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "publish:"),
        ({"n": 29, "se": 0.09, "contributors": 14}, "suppress:ns_n"),
        # 0.25 / 0.1² = 25 effective respondents
        ({"estimate": 0.5, "n": 60, "se": 0.1, "contributors": 30}, "suppress:ns_neff"),
        # 0.25 / 0.0806² = 38 effective respondents: an interval of 33 points
        ({"estimate": 0.5, "n": 60, "se": 0.0806, "contributors": 30}, "suppress:np_width"),
        # 5 % of 100 answers: 1.6 % to 11.3 %, twice the estimate
        ({"estimate": 0.05, "n": 100, "se": 0.0218, "contributors": 40}, "suppress:np_relative"),
        # the same complemented is shown, with a mark for the complement
        ({"estimate": 0.95, "n": 100, "se": 0.0218, "contributors": 95}, "caution:complement"),
        # 1 % of 5,000 answers: half a point either side, shown although wide relative to 1 %
        ({"estimate": 0.01, "n": 5000, "se": 0.0036, "contributors": 50}, "publish:"),
        ({"df": 7}, "caution:df"),
        ({"df": 0}, "suppress:ns_df"),
        ({"estimate": 1.0, "se": 0.0, "n": 200, "contributors": 200}, "caution:extreme"),
        ({"estimate": 0.0, "se": 0.0, "n": 40, "contributors": 0}, "suppress:np_relative"),
        ({"estimate": np.nan, "se": np.nan, "n": 0, "contributors": 0}, "suppress:nd"),
    ],
)
def test_share_rules(table, changes, expected):
    assert judged(table, changes).iloc[0] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"estimate": 30000, "se": 2000, "lower": 26000, "upper": 34000}, "publish:"),
        ({"estimate": 30000, "se": 2000, "lower": 26000, "upper": 34000, "df": 5}, "caution:df"),
        ({"estimate": 300, "se": 130, "lower": 50, "upper": 550, "n": 40}, "suppress:np_relative"),
        # the minimum of contributors is lowered so that the rule of precision speaks
        ({"estimate": 300, "se": 20, "lower": 260, "upper": 340, "n": 9, "contributors": 11}, "suppress:ns_n"),
        # a total that calibration reproduces exactly has an interval of no width
        ({"estimate": 0.0, "se": 0.0, "lower": 0.0, "upper": 0.0}, "publish:"),
    ],
)
def test_count_rules(table, changes, expected):
    assert judged(table, {"unit": "count", "measure": "count", **changes}).iloc[0] == expected


def test_interval_of_a_score_is_judged_on_its_own_scale(table):
    score = {"unit": "score", "measure": "score", "indicator": "recommend", "contributors": 500}
    wide = judged(table, {**score, "estimate": 2.0, "se": 16.0, "lower": -29.0, "upper": 33.0})
    narrow = judged(table, {**score, "estimate": 2.0, "se": 3.0, "lower": -4.0, "upper": 8.0})
    assert list(wide) == ["suppress:np_width"]
    assert list(narrow) == ["publish:"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"se": 0.06, "n": 12}, "caution:model"), ({"se": 0.071, "n": 12}, "suppress:np_model")],
)
def test_model_based_shares_have_their_own_rule(table, changes, expected):
    changes = {"inference": "model", "method": "eblup", "contributors": 12, **changes}
    assert judged(table, changes).iloc[0] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # a test statistic carries no error; a coefficient about zero is told with its interval
        ({"unit": "ratio", "se": np.nan, "lower": np.nan, "upper": np.nan}, "caution:model"),
        ({"unit": "coefficient", "estimate": 0.01, "se": 0.2, "lower": -0.4, "upper": 0.4}, "caution:model"),
        # a quantity without any error is no diagnostic
        ({"unit": "count", "se": np.nan, "lower": np.nan, "upper": np.nan}, "suppress:np_model"),
        ({"unit": "share", "se": np.nan, "lower": np.nan, "upper": np.nan}, "suppress:np_model"),
    ],
)
def test_diagnostics_and_parameters_of_a_model_are_told_however_they_came_out(table, changes, expected):
    changes = {"inference": "model", "analysis": "small_areas", "measure": "normality", **changes}
    assert judged(table, changes).iloc[0] == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"), [(-0.02, 0.03, "caution:model"), (-0.4, 0.7, "suppress:np_model")]
)
def test_relative_changes_of_a_model_are_told_unless_nothing_is_known(table, lower, upper, expected):
    changes = {"inference": "model", "unit": "ratio", "measure": "effect", "population": "visits"}
    row = {**changes, "estimate": 0.001, "se": 0.2, "lower": lower, "upper": upper, "contributors": np.nan, "n": 400}
    assert judged(table, row).iloc[0] == expected


def test_model_number_over_too_few_answers_is_confidential_like_the_direct_one(table):
    # the shrinkage is published, so the direct number would follow from the model's
    changes = {"inference": "model", "method": "eblup", "se": 0.03, "n": 25, "contributors": 7}
    assert judged(table, changes).iloc[0] == "suppress:c"


def test_exhaustive_counts_have_no_precision_rule(table):
    count = {"analysis": "attendance", "indicator": "visits", "measure": "count", "population": "visits"}
    row = {**count, "unit": "count", "inference": "census", "period": "2006", "estimate": 4.0, "se": np.nan}
    row |= {"lower": np.nan, "upper": np.nan, "df": np.nan, "n": 3, "contributors": 3}
    assert judged(table, row).iloc[0] == "publish:"


def test_intervals_of_nonprobability_samples_are_judged_like_samples(table):
    assert judged(table, {"inference": "nonprobability", "n": 20}).iloc[0] == "suppress:ns_n"


def test_intervals_told_to_cover_less_are_those_of_the_record():
    """Every coverage that a question declares is the lowest that the benchmark recorded, to a hundredth."""
    record = json.loads((Path(__file__).parents[2] / "benchmarks" / "coverage_questions.json").read_text())["table"]
    declared = [(name, told) for name, measure in KNOWN.items() for told in measure.covered]
    assert len(declared) == 11
    for measure, told in declared:
        level = "pays" if measure == "gap" else "region"
        kind = f".{measure}.{told.method} {level}" if told.method else f".{measure} {level}"
        found = [row["coverage"] for row in record if kind in row["kind"]]
        assert found
        assert abs(min(found) - told.rate) <= 0.0101
        assert min(found) < 0.93


def test_an_interval_measured_to_cover_less_says_so():
    """Also in place of the plain remark that a number comes from a model."""
    names = [("mediated", "equipment", ""), ("composition", "oaxaca_logit_last", "age=15-24"), ("share", None, "")]
    table = pd.DataFrame(names, columns=["measure", "method", "domain"]).assign(lower=1.0)
    table[DECLARED] = [KNOWN.get(name, Measure(name, "share")) for name in table["measure"]]
    verdict = Verdict.silent(len(table))
    _undercovered(table, verdict)
    assert verdict.quality.tolist() == ["caution", "publish", "publish"]
    assert verdict.reason.tolist() == ["coverage_89", "", ""]
    told = {f"reason=coverage_{round(100 * c.rate)}" for m in KNOWN.values() for c in m.covered}
    assert told <= set(LEXICON)


def test_every_reason_of_a_rule_has_its_label() -> None:
    """A reason is the second argument of a rule; those of coverage are made of its rate."""
    said = {
        node.args[1].value
        for path in (Path(__file__).parents[2] / "pipeline" / "protect").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("suppress", "caution")
        if len(node.args) == 2 and isinstance(node.args[1], ast.Constant)
    }
    assert "np_width" in said
    assert {f"reason={name}" for name in said} <= set(LEXICON)
