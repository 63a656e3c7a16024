"""What a design refuses to take, and what it keeps of the frame that it was given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.survey import Design, DesignError, UnsupportedError, VariableError, supplied_replicates
from tests.survey.reference import assert_close, design, quantities

R = quantities("hardened")


def frame(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "y": rng.normal(10, 2, n),
            "x": rng.normal(size=n),
            "g": np.tile(["mid", "low", "high"], n // 3),
            "c": np.repeat(np.arange(n // 5), 5),
            "w": rng.uniform(1, 5, n),
        }
    )


def of(table: pd.DataFrame) -> Design:
    return Design(table, weights="w", clusters="c")


def test_totals_with_missing_outcomes_are_refused_as_r_gives_na_and_omitted_when_asked() -> None:
    d = design("apiclus2")
    assert R["total"] == [None, None]
    with pytest.raises(VariableError, match=r"'enroll' is missing in .* of 126 rows"):
        d.total("enroll")
    assert_close(d.total("enroll", missing="omit")[["estimate", "se"]], R["total.na.rm"])
    with pytest.raises(UnsupportedError, match="choose refuse or omit"):
        d.total("enroll", missing="zero")


def test_a_missing_outcome_outside_the_domain_does_not_matter_to_its_total() -> None:
    table = frame().assign(y=lambda t: t["y"].where(t["g"] != "low"))
    known = of(table).total("y", where=(table["g"] != "low").to_numpy())
    assert known["n"].item() == 40
    with pytest.raises(VariableError, match="missing in 20 of 60 rows"):
        of(table).contrast("total", "y", by="g", rest=True)


@pytest.mark.parametrize("column", ["y", "w", "x"])
def test_two_columns_of_one_name_are_refused_by_name(column: str) -> None:
    table = frame()
    with pytest.raises(VariableError, match=rf"frame: '{column}' names several columns"):
        of(pd.concat([table, table[[column]]], axis=1))


@pytest.mark.parametrize("given", [{"w": [1.0]}, [1, 2], None])
def test_anything_but_a_frame_is_refused(given: Any) -> None:
    with pytest.raises(DesignError, match="expected a pandas DataFrame"):
        Design(given, weights="w")


def test_complex_numbers_are_refused_wherever_they_stand() -> None:
    for column in ("y", "x", "w"):
        d = frame().assign(**{column: lambda t, c=column: t[c] + 1j})
        with pytest.raises(VariableError, match=f"'{column}' holds complex numbers"):
            of(d).glm("y ~ x")
    with pytest.raises(VariableError, match="'y' holds complex numbers"):
        of(frame().assign(y=lambda t: t["y"] + 1j)).quantile("y")


def test_changes_of_the_frame_after_construction_change_nothing() -> None:
    table = frame()
    d = of(table)
    before = d.mean("y", by="g")
    table.loc[:, "y"] = 0.0
    table.loc[3, "w"] = 1e6
    table["g"] = "one"
    pd.testing.assert_frame_equal(d.mean("y", by="g"), before)


def test_categories_keep_their_declared_order_from_arrow_as_from_pandas() -> None:
    table, order = frame(), ["low", "mid", "high"]
    arrow = pa.array(table["g"]).dictionary_encode()
    codes = pa.array([order.index(v) for v in table["g"]], pa.int8())
    arrow = pa.chunked_array([pa.DictionaryArray.from_arrays(codes, pa.array(order), ordered=True)])
    kinds = [pd.Series(arrow, dtype=pd.ArrowDtype(arrow.type)), pd.Categorical(table["g"], order, ordered=True)]
    for column in kinds:
        d = of(table.assign(g=column))
        assert d.mean("y", by="g")["g"].tolist() == order
        assert d.proportion("g")["category"].tolist() == order
        assert d.glm("y ~ g").coefficients["term"].tolist() == ["Intercept", "g[T.mid]", "g[T.high]"]
        assert d.ordinal("g ~ x").levels == tuple(order)


def test_codes_beyond_the_signed_range_and_of_eight_bits_tell_units_apart() -> None:
    table = frame()
    expected = of(table).mean("y")["se"]
    far = table.assign(c=np.uint64(2**63) + table["c"].to_numpy(np.uint64))
    small = table.assign(c=(table["c"] * 23 - 128).astype(np.int8))
    for changed in (far, small):
        assert_close(of(changed).mean("y")["se"], expected)


def test_scales_of_another_length_than_the_replicates_are_refused() -> None:
    table = frame().assign(r1=1.0, r2=2.0, r3=1.5)
    for wrong in ([1.0, 1.0], [[1.0, 1.0, 1.0]], [1.0, -1.0, 1.0], [0.0, 0.0, 0.0]):
        with pytest.raises(UnsupportedError, match="rscales: expected"):
            supplied_replicates(table, "w", ["r1", "r2", "r3"], 1.0, rscales=wrong)  # type: ignore[arg-type]
    with pytest.raises(UnsupportedError, match="scale: expected one positive number"):
        supplied_replicates(table, "w", ["r1", "r2", "r3"], np.nan)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("y ~ x | g", "is not supported"),
        ("y ~ (1 | g)", "is not supported"),
        ("y ~ x + offset(w)", r"pass offset= instead"),
        ("y ~ y", "on the right side too"),
        ("y ~ 0", "nothing to estimate"),
        (None, "found NoneType"),
    ],
)
def test_formulas_beyond_fixed_terms_are_refused_in_words(formula: Any, said: str) -> None:
    with pytest.raises((UnsupportedError, VariableError), match=said):
        of(frame()).glm(formula)


def negative() -> Design:
    d = of(frame())
    made = d.calibrate(totals={"x": 150.0}, population=float(d.weights.sum()))
    assert (made.weights < 0).any()
    return made


def test_negative_calibrated_weights_are_reported() -> None:
    d = negative()
    assert d.report["negative"] == (d.weights < 0).sum()
    assert d.report["lowest"] == d.weights.min()


def test_models_quantiles_and_ranks_refuse_negative_weights() -> None:
    d = negative()
    asked = [
        lambda: d.glm("y ~ x"),
        lambda: d.multinomial("g ~ x"),
        lambda: d.quantile("y"),
        lambda: d.rank_test("y", "g"),
    ]
    for ask in asked:
        with pytest.raises(UnsupportedError, match="weights are negative"):
            ask()


def test_the_advice_about_negative_weights_works() -> None:
    d = of(frame())
    raked = d.calibrate(totals={"x": 40.0}, population=float(d.weights.sum()), method="raking")
    assert raked.glm("y ~ x").n == 60


def test_log_binomial_models_start_where_r_has_to_be_told() -> None:
    rows = np.tile(np.arange(1, 21), 10)
    risk = pd.DataFrame({"x": np.repeat(np.arange(10), 20), "g": np.tile(["a", "b"], 100), "w": 1.0 + rows % 3})
    risk["y"] = (rows <= np.round(20 * np.exp(-0.2 - 0.3 * risk["x"]))).astype(float)
    assert R["log_binomial.without_start"] == [None]
    found = Design(risk, weights="w").glm("y ~ x + g", family="binomial", link="log").coefficients
    assert_close(found["estimate"], R["log_binomial.coef"], rtol=1e-6)  # R stops at a change of 1e-14 of the deviance
    assert_close(found["se"], R["log_binomial.se"], rtol=1e-6)


def test_shah_and_vaish_is_refused_where_one_weight_outweighs_the_rest() -> None:
    table = pd.DataFrame({"y": np.arange(1.0, 11.0), "w": [1.0] * 9 + [1000.0]})
    with pytest.raises(UnsupportedError, match="'shahvaish' takes weights that are nearly equal"):
        Design(table, weights="w").quantile("y", 0.5, qrule="shahvaish")
    assert Design(table, weights="w").quantile("y", 0.5, qrule="math")["estimate"].item() == 10


def test_an_outcome_that_never_varies_has_no_t_test() -> None:
    with pytest.raises(UnsupportedError, match=r"'y' is 0\.1 in all 60 rows"):
        of(frame().assign(y=0.1, h=lambda t: t["x"] > 0)).t_test("y", by="h")
