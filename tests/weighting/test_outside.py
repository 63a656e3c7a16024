"""Calibration to official numbers in a file: weights meet them, and what does not fit is refused in words."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import EvaluationError, WeightError
from pipeline.evaluation import Evaluation, load, read_margin
from pipeline.weighting import prepare, replay
from pipeline.weighting.diagnostics import balance

EVALUATION = """
title: {{fr: "Essai", en: "Trial"}}
edition: 2006
territory: {{region: "53", level: department}}
age_bands: [15, 45]
waves:
  - {{name: avant, field: [2003-11-01, 2003-11-30], period: 2003}}
  - {{name: après, field: [2006-11-01, 2006-11-30], period: 2006}}
sources:
  - name: people
    kind: survey
    instrument: people.yaml
    files: {{all: {{path: people.csv, wave_column: vague, waves: {{avant: a, après: b}}}}}}
    sampled: person
    {by}
    weighting: [{step}]
plan:
  - {{question: profile, settings: {{variables: [sex]}}}}
"""
INSTRUMENT = """
name: people
title: {fr: "Essai"}
questions:
  - {name: sex, type: single, wording: {fr: "Vous êtes"}, codes: {1: {fr: "un homme"}, 2: {fr: "une femme"}}}
  - {name: age, type: single, wording: {fr: "Votre âge"}, codes: {1: {fr: "15-44"}, 2: {fr: "45+"}}}
  - {name: home, type: single, wording: {fr: "Vous habitez"}, codes: {1: {fr: "ville"}, 2: {fr: "campagne"}}}
  - {name: poids, type: number, role: weight, wording: {fr: "Poids"}}
"""
MARGINS = """
    year;sex;age;population;source
    2003;1;1;1 000;INSEE 2003
    2003;1;2;1500;INSEE 2003
    2003;2;1;1100;INSEE 2003
    2003;2;2;1400;INSEE 2003
    2006;1;1;900;INSEE 2006
    2006;1;2;1600;INSEE 2006
    2006;2;1;1000;INSEE 2006
    2006;2;2;1500;INSEE 2006
"""
HOMES = """
    home,population,source
    1,"3500,5",RP
    2,"1499,5",RP
"""
BOTH = '{step: calibrate, margins: ["file:insee.csv", "file:homes.csv"]}'


def evaluation(root: Path, step: str = BOTH, by: str = "by: volunteer", margins: str = MARGINS) -> Evaluation:
    folder = root / "surveys" / "trial"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.yaml").write_text(EVALUATION.format(step=step, by=by), encoding="utf-8")
    (folder / "people.yaml").write_text(INSTRUMENT, encoding="utf-8")
    (folder / "insee.csv").write_text(textwrap.dedent(margins).lstrip(), encoding="utf-8")
    (folder / "homes.csv").write_text(textwrap.dedent(HOMES).lstrip(), encoding="utf-8")
    return load("trial", root)


def answers(n: int = 160, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    # every category has answers in both waves; the rest is drawn
    cells = pd.MultiIndex.from_product([["avant", "après"], [1, 2], [1, 2], [1, 2]]).to_frame(index=False)
    cells.columns = ["wave", "sex", "age", "home"]
    drawn = cells.iloc[rng.integers(0, len(cells), n)]
    frame = pd.concat([cells, drawn], ignore_index=True)
    return frame.assign(poids=rng.uniform(0.5, 3, len(frame)))


def fitted(frame: pd.DataFrame, start: np.ndarray) -> np.ndarray:
    """Return weights by iterative proportional fitting of the two margins, wave by wave: the oracle of raking."""
    crossed = {"avant": [1000, 1500, 1100, 1400], "après": [900, 1600, 1000, 1500]}
    weights, cell = start.copy(), (frame["sex"] - 1) * 2 + frame["age"] - 1
    for _ in range(500):
        for wave, totals in crossed.items():
            for codes, margin in ((cell, totals), (frame["home"] - 1, [3500.5, 1499.5])):
                for code, total in enumerate(margin):
                    here = ((frame["wave"] == wave) & (codes == code)).to_numpy()
                    weights[here] *= total / weights[here].sum()
    return weights


@pytest.mark.parametrize("by", ["by: volunteer", "design: {weights: poids}"])
def test_raking_to_two_files_is_iterative_proportional_fitting(tmp_path: Path, by: str) -> None:
    made = evaluation(tmp_path, by=by)
    source, frame = made.source("people"), answers()
    prepared = prepare(made, source, frame)
    design = replay("people", prepared.frame, prepared.plan).person
    assert design is not None
    start = frame["poids"].to_numpy() if "weights" in by else np.ones(len(frame))
    # both stop at a relative distance of 1e-10 of the totals
    np.testing.assert_allclose(design.weights, fitted(frame, start), rtol=1e-8)
    assert source.units == "inhabitants"


@pytest.mark.parametrize(
    "step",
    [
        '{step: calibrate, method: linear, margins: ["file:insee.csv", "file:homes.csv"]}',
        '{step: calibrate, method: logit, bounds: [0.1, 600], margins: ["file:insee.csv", "file:homes.csv"]}',
        '{step: calibrate, method: truncated, bounds: [0.1, 600], margins: ["file:insee.csv", "file:homes.csv"]}',
    ],
)
def test_every_method_meets_every_number_and_tells_it_variable_by_variable(tmp_path: Path, step: str) -> None:
    made = evaluation(tmp_path, step)
    prepared = prepare(made, made.source("people"), answers())
    table = balance(replay("people", prepared.frame, prepared.plan), {})
    assert set(table["margin"]) == {"sex", "age", "home"}
    np.testing.assert_allclose(table["after"], table["target"], rtol=1e-9)
    told = table[table["wave"] == "avant"].set_index(["margin", "category"])["target"]
    assert told.to_dict() == {
        ("sex", "1"): 2500, ("sex", "2"): 2500, ("age", "1"): 2100, ("age", "2"): 2900, ("home", "1"): 3500.5,
        ("home", "2"): 1499.5,
    }  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60))
def test_answers_that_lack_a_variable_keep_their_share_and_the_total_stays(tmp_path_factory, lacking: int) -> None:
    made = evaluation(tmp_path_factory.mktemp("p"))
    frame = answers()
    frame["sex"] = frame["sex"].astype("object")
    first = frame.index[frame["wave"] == "avant"][16 : 16 + lacking]
    frame.loc[first, "sex"] = None
    prepared = prepare(made, made.source("people"), frame)
    design = replay("people", prepared.frame, prepared.plan).person
    assert design is not None
    wave = (frame["wave"] == "avant").to_numpy()
    assert design.weights[wave].sum() == pytest.approx(5000)
    without = frame["sex"].isna().to_numpy()
    assert design.weights[without].sum() == pytest.approx(5000 * without.sum() / wave.sum())


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        (MARGINS.replace("2003;1;2", "2003;1;3"), ["categories without a total", "1 × 2", "insee.csv"]),
        (MARGINS + "    2003;1;3;12;INSEE\n", ["nobody answered", "1 × 3", "join each with a neighbour"]),
        (MARGINS.replace("2006;", "2007;"), ["no margin of wave après", "2003', '2007'", "year 2006"]),
        (MARGINS.replace("2003;1;2;", "2003;1;1;"), ["stands twice", "line 3"]),
        (MARGINS.replace("1 000", "beaucoup"), ["no number of people", "line 2", "beaucoup"]),
        (MARGINS.replace("1 000;INSEE 2003", "1000;"), ["has no source", "line 2"]),
        (MARGINS.replace("sex", "gender"), ["no such variable", "gender", "home"]),
        (MARGINS.replace(";population", ";people"), ["columns are missing", "people"]),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(tmp_path: Path, margins: str, words: list[str]) -> None:
    made = evaluation(tmp_path, margins=margins)
    with pytest.raises((WeightError, EvaluationError)) as fault:
        prepare(made, made.source("people"), answers())
    for word in words:
        assert word in str(fault.value)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{step: calibrate}", ["no `margins:`"]),
        ('{step: calibrate, method: logit, margins: ["file:insee.csv"]}', ["takes `bounds"]),
        ('{step: calibrate, bounds: [0.5, 2], margins: ["file:insee.csv"]}', ["no `bounds`"]),
        ('{step: calibrate, method: logit, bounds: [2, 3], margins: ["file:insee.csv"]}', ["hold 1 strictly"]),
        ('{step: calibrate, margins: ["insee:sex"]}', ["unknown source 'insee'", "file:NAME.csv"]),
        ('{step: rake, margins: ["file:insee.csv"]}', ["unknown source 'file'"]),
        ("{step: base, method: logit}", ["go with step calibrate"]),
    ],
)
def test_a_step_that_cannot_be_is_refused_on_load(tmp_path: Path, step: str, words: list[str]) -> None:
    with pytest.raises(EvaluationError) as fault:
        evaluation(tmp_path, step)
    for word in words:
        assert word in str(fault.value)


def test_margins_that_disagree_on_how_many_people_there_are_are_refused(tmp_path: Path) -> None:
    made = evaluation(tmp_path, margins=MARGINS.replace("1500", "1900"))
    with pytest.raises(WeightError) as fault:
        prepare(made, made.source("people"), answers())
    for word in ("wave a", "file:insee.csv: 5,400", "file:homes.csv: 5,000", "scale one file"):
        assert word in str(fault.value)


def test_the_file_of_margins_is_among_the_declarations(tmp_path: Path) -> None:
    made = evaluation(tmp_path)
    assert made.folder / "insee.csv" in made.declaration_files()
    assert read_margin(made.folder / "insee.csv").source == "INSEE 2003 ; INSEE 2006"


@pytest.mark.parametrize(
    ("declared", "by"),
    [
        ("design: {weights: poids}", "unstated"),
        ("design: {weights: poids, strata: home}", "probability"),
        ("by: quota\n    design: {weights: poids}", "quota"),
        ("by: volunteer", "volunteer"),
    ],
)
def test_weights_alone_do_not_say_that_anybody_was_drawn(tmp_path: Path, declared: str, by: str) -> None:
    assert evaluation(tmp_path, by=declared).source("people").by == by


def test_weights_of_persons_met_in_spaces_make_them_users(tmp_path: Path) -> None:
    made = evaluation(tmp_path, by="persons: users\n    design: {weights: poids}", step="")
    assert made.source("people").units == "users"


def test_a_file_saved_by_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    made = evaluation(tmp_path)
    path = made.folder / "insee.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("INSEE 2003", "Insee, état").encode("cp1252"))
    assert read_margin(path).source.startswith("Insee, état")
    path.write_bytes(b"")
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_margin(path)
