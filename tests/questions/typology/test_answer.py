"""The typology of simulated spaces: latent types come back, shares cover the truth, nothing is told of one space."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.errors import AnalyseError
from pipeline.evaluation import Evaluation, load
from pipeline.protect import protect
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, entries
from pipeline.questions.typology import answer as typology
from pipeline.questions.typology.classification import kept_axes, renumbered
from pipeline.questions.typology.mca import mca, places_of_rows
from pipeline.simulate.facilitators import draw_facilitators, facilitator_truth
from pipeline.simulate.parameters import Facilitators, Truth, load_truth
from pipeline.simulate.spaces import draw_spaces
from pipeline.weighting import prepare, replay

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return load("bretagne-cybercommunes", ROOT)


@pytest.fixture(scope="module")
def truth(evaluation: Evaluation) -> Truth:
    return load_truth(evaluation)


@pytest.fixture(scope="module")
def asked(truth: Truth) -> Facilitators:
    assert truth.facilitators is not None
    return truth.facilitators


@pytest.fixture(scope="module")
def spaces(evaluation: Evaluation, truth: Truth) -> pd.DataFrame:
    return draw_spaces(evaluation, truth)


def surveyed(evaluation: Evaluation, spaces: pd.DataFrame, truth: Truth, asked: Facilitators, seed: int) -> Context:
    """Return a context over one return of the questionnaires, weighted by the declared recipe."""
    drawn = draw_facilitators(spaces, truth, asked, seed)
    answers, mailing = (t.assign(wave=asked.wave) for t in (drawn.returned, drawn.mailing))
    answers = answers.drop(columns="site_type")
    mailing = mailing.assign(site_id=mailing["space_id"])
    source = evaluation.source("facilitators")
    prepared = prepare(evaluation, source, answers, mailing)
    return Context(evaluation, Path(), Path(), {"facilitators": replay("facilitators", prepared.frame, prepared.plan)})


def entry(evaluation: Evaluation, **settings: object) -> Entry:
    found = next(e for e in entries(evaluation) if e.question == "typology")
    return dataclasses.replace(found, settings={**found.settings, "draws": 10, **settings})


@pytest.fixture(scope="module")
def context(evaluation: Evaluation, spaces: pd.DataFrame, truth: Truth, asked: Facilitators) -> Context:
    return surveyed(evaluation, spaces, truth, asked, truth.sample_seed)


@pytest.fixture(scope="module")
def table(context: Context, evaluation: Evaluation) -> pd.DataFrame:
    return results.frame(typology.answer(context, entry(evaluation)))


def adjusted_rand(a: np.ndarray, b: np.ndarray) -> float:
    """Return the adjusted Rand index of two partitions (Hubert and Arabie 1985, equation 5)."""
    cells = pd.crosstab(a, b).to_numpy()

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns, whole = pairs(cells.sum(axis=1)), pairs(cells.sum(axis=0)), pairs(np.array([cells.sum()]))
    expected = rows * columns / whole
    return (pairs(cells) - expected) / ((rows + columns) / 2 - expected)


def test_the_latent_types_come_back(context: Context, evaluation: Evaluation, spaces: pd.DataFrame) -> None:
    declared = entry(evaluation)
    made = typology.typology(context, declared, declared.checked(typology.Settings))
    answers = made.subject.frame.iloc[made.rows]
    kind = answers["site_id"].map(spaces.set_index("site_id")["site_type"])
    # 22 noisy answers place nine spaces in ten; the best rule that knows the shares would reach about 0.9
    assert adjusted_rand(answers["class"].to_numpy(str), kind.to_numpy(str)) > 0.75
    # the class with most computers comes first, as declared
    assert pd.crosstab(answers["class"], kind).to_numpy().argmax(axis=1).tolist() == [0, 1, 2]


def test_the_gain_of_inertia_finds_three_classes_and_they_are_stable(table: pd.DataFrame) -> None:
    best = table[(table["indicator"] == "classes") & (table["measure"] == "best")]["estimate"].item()
    assert best == 3
    assert (table.loc[table["measure"] == "stability", "estimate"] > 0.75).all()


def test_shares_of_answers_over_returns_surround_the_truth(
    evaluation: Evaluation, spaces: pd.DataFrame, truth: Truth, asked: Facilitators
) -> None:
    drawn = draw_facilitators(spaces, truth, asked, 0)
    known = facilitator_truth(drawn.spaces, asked, "typology", "53").set_index("result_id")["value"]
    inside, total = 0, 0
    misses = []
    for seed in range(6):
        weighted = surveyed(evaluation, spaces, truth, asked, seed).weighted("facilitators").person
        assert weighted is not None
        boxes = [f"{q}_{i}" for q, items in asked.boxes.items() for i in items]
        means = weighted.mean(boxes, by=["wave"], level=0.95).set_index("variable")
        for q, items in asked.boxes.items():
            for i in items:
                row = means.loc[f"{q}_{i}"]
                value = known[f"typology.{i}.share/spaces/wave=2003/region=53"]
                misses.append((row["estimate"] - value) / row["se"])
                inside += bool(row["lower"] <= value <= row["upper"])
                total += 1
    # 6 x 19 intervals: a nominal 95 % gives 114 +- 2.5 misses of 5.7; boxes of one return are close to independent
    assert inside / total > 0.88
    assert abs(np.mean(misses)) < 0.35


def test_every_class_and_category_adds_up(table: pd.DataFrame) -> None:
    shares = table[(table["measure"] == "share") & (table["indicator"] == "class")]
    assert shares["estimate"].sum() == pytest.approx(1)
    tariff = table[(table["measure"] == "share") & (table["indicator"] == "tariff")]
    inside = tariff["domain"].str.contains("class=1")
    assert tariff.loc[inside, "estimate"].sum() == pytest.approx(1)
    assert tariff.loc[~tariff["domain"].str.contains("class="), "estimate"].sum() == pytest.approx(1)


def test_nothing_is_told_of_a_space_and_test_values_hide_with_their_shares(table: pd.DataFrame) -> None:
    assert (table["territory_level"] == "region").all()
    out, _ = protect(table)
    out = out.set_index("result_id")
    tests = out[out["measure"] == "test_value"]
    shares = out.loc[[i.replace(".test_value/", ".share/") for i in tests.index]]
    hidden = (shares["quality"] == "suppress").to_numpy()
    assert hidden.any()
    assert not hidden.all()
    assert (tests["quality"] == "suppress").to_numpy()[hidden].all()
    assert tests.loc[(tests["quality"] != "suppress"), "estimate"].notna().all()
    counts = table.set_index("result_id").loc[shares.index[~hidden], "contributors"]
    assert ((counts == 0) | (counts >= 11)).all()


def test_a_class_without_its_name_and_unknown_settings_are_refused(context: Context, evaluation: Evaluation) -> None:
    with pytest.raises(AnalyseError, match="one name a class"):
        typology.answer(context, entry(evaluation, classes=4))
    with pytest.raises(AnalyseError, match="no such question"):
        typology.answer(context, entry(evaluation, active=["posts_class", "nothing"]))
    with pytest.raises(AnalyseError, match="no such answer"):
        typology.answer(context, entry(evaluation, first_has={"question": "posts_class", "code": "many"}))


def test_classes_without_names_are_numbered_by_size(context: Context, evaluation: Evaluation) -> None:
    bare = entry(evaluation, names=[], classes=None, first_has=None)
    rows = results.frame(typology.answer(context, bare))
    shares = rows[(rows["indicator"] == "class") & (rows["measure"] == "share")].sort_values("domain")
    assert shares["estimate"].is_monotonic_decreasing


def test_rows_are_placed_alike_by_both_decompositions(context: Context, evaluation: Evaluation) -> None:
    rng = np.random.default_rng(4)
    answers = pd.DataFrame({f"q{i}": rng.choice(list("abc"), 80) for i in range(6)}).assign(
        q6=lambda t: t["q0"].where(rng.random(80) < 0.8, "b")
    )
    weights = rng.uniform(0.5, 2, 80)
    from pipeline.questions.typology.mca import indicator

    whole = mca(answers, weights, axes=30)
    values, places = places_of_rows(indicator(answers)[0], answers.shape[1], weights)
    # the same matrix by two routes: rounding only, the direction of an axis is free
    np.testing.assert_allclose(values, whole.eigenvalues[: len(values)], rtol=1e-9)
    np.testing.assert_allclose(np.abs(places), np.abs(whole.units[:, : len(values)]), atol=1e-8)


def test_axes_are_kept_to_the_declared_inertia_and_never_less_than_the_plane() -> None:
    eigenvalues = np.array([0.30, 0.20, 0.15, 0.12, 0.05])
    assert kept_axes(eigenvalues, 10, 0.5) == 2
    assert kept_axes(eigenvalues, 10, 1.0) == 4
    assert renumbered(np.array([0, 1, 2, 1]), np.array([0.1, 0.9, 0.5])).tolist() == [2, 0, 1, 0]
